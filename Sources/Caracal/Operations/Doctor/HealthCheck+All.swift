extension HealthCheck {
    /// Every check, in the order in which findings of equal weight are shown.
    package static let all: [HealthCheck] = [
        .serverVersion, .replication, .maxmemoryPolicy, .maxmemory, .memoryForecast,
        .appendOnly, .appendWrites, .appendFsync, .savePoints, .snapshot,
        .protectedMode, .bind, .timeout, .keepAlive, .certificate, .clockSkew, .futureIDs,
        .streams, .groups, .unknownGroups, .unknownKeys, .streamBounds, .databases,
        .skippedEntries, .lag, .loss, .leftOverGroups, .consumers, .deliveries, .stuckConsumers, .sharedConsumers,
        .deadLetters, .deadLetterSignatures, .signatures,
        .rights, .keyFiles, .connectionSettings,
    ]
}
