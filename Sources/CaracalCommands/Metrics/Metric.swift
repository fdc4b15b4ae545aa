import Rendering

/// Every family of metrics: its name, unit, labels and HELP text. `check`, `pending`, `memory`, `dlq`, `outbox` and `doctor` write
/// theirs with `-o prometheus`, the exporter all but a few, and the manual page caracalctl-metrics(7) lists them.
///
/// A name is a promise: alert rules and dashboards are written against it. Metrics are added, never renamed.
enum Metric: String, CaseIterable {
    // The look itself.
    case up = "caracal_up"
    case scrapeTimestamp = "caracal_scrape_timestamp_seconds"
    case scrapeDuration = "caracal_scrape_duration_seconds"
    case lookSeconds = "caracal_look_seconds"
    case lookComplete = "caracal_look_complete"
    case buildInfo = "caracal_build_info"

    // Streams.
    case streamExists = "caracal_stream_exists"
    case streamLength = "caracal_stream_length"
    case streamBound = "caracal_stream_bound_entries"
    case streamAdded = "caracal_stream_entries_added_total"
    case streamIDLead = "caracal_stream_id_lead_seconds"
    case streamFirstEntry = "caracal_stream_first_entry_timestamp_seconds"
    case streamLastEntry = "caracal_stream_last_entry_timestamp_seconds"
    case signatures = "caracal_newest_signatures"

    // Groups.
    case groups = "caracal_groups"
    case groupsWithoutSamples = "caracal_groups_without_samples"
    case groupExists = "caracal_group_exists"
    case groupRequired = "caracal_group_required"
    case groupCounted = "caracal_group_counted"
    case groupSkipped = "caracal_group_skipped"
    case groupSilence = "caracal_group_reader_silence_seconds"
    case groupPending = "caracal_group_pending_entries"
    case groupLag = "caracal_group_lag_entries"
    case groupRead = "caracal_group_entries_read_total"
    case groupLost = "caracal_group_lost_entries"
    case groupBehind = "caracal_group_behind_seconds"
    case groupLostReported = "caracal_group_lost_entries_reported"
    case groupTrimHorizon = "caracal_group_trim_horizon_entries"
    case groupOldestIdle = "caracal_group_oldest_idle_seconds"
    case groupMostDeliveries = "caracal_group_most_deliveries"
    case groupDeliveryLimit = "caracal_group_delivery_limit"
    case groupConsumers = "caracal_group_consumers"

    // Dead letters.
    case deadLetters = "caracal_dead_letters"
    case deadLettersOldest = "caracal_dead_letters_oldest_age_seconds"
    case deadLettersNewest = "caracal_dead_letters_newest_age_seconds"
    case deadLettersByReason = "caracal_dead_letters_by_reason"
    case deadLettersReplayable = "caracal_dead_letters_replayable"
    case deadLettersBySignature = "caracal_dead_letters_by_signature"

    // The server.
    case redisInfo = "caracal_redis_info"
    case redisReplica = "caracal_redis_replica"
    case redisTakesWrites = "caracal_redis_takes_writes"
    case redisKeys = "caracal_redis_keys"
    case redisRateKeys = "caracal_redis_db1_keys"
    case memoryUsed = "caracal_redis_memory_used_bytes"
    case memoryPeak = "caracal_redis_memory_peak_bytes"
    case memoryLimit = "caracal_redis_memory_limit_bytes"
    case memoryFragmentation = "caracal_redis_memory_fragmentation_ratio"
    case memoryPolicy = "caracal_redis_memory_policy_noeviction"
    case memoryNeeded = "caracal_redis_memory_needed_bytes"
    case memoryFull = "caracal_redis_memory_full_seconds"
    case aofEnabled = "caracal_redis_aof_enabled"
    case aofWriteOK = "caracal_redis_aof_last_write_ok"
    case aofRewriteOK = "caracal_redis_aof_last_rewrite_ok"
    case saveOK = "caracal_redis_last_save_ok"
    case saveTime = "caracal_redis_last_save_timestamp_seconds"
    case unsavedChanges = "caracal_redis_unsaved_changes"

    // The memory of streams.
    case streamMemory = "caracal_stream_memory_bytes"
    case streamEntryBytes = "caracal_stream_entry_bytes"
    case streamPendingMemory = "caracal_stream_pending_memory_bytes"
    case streamMemoryAtBound = "caracal_stream_memory_at_bound_bytes"
    case streamLargestBound = "caracal_stream_largest_bound_entries"

    // Outboxes.
    case outboxUp = "caracal_outbox_up"
    case outboxTableUp = "caracal_outbox_table_up"
    case outboxRows = "caracal_outbox_rows"
    case outboxOldest = "caracal_outbox_oldest_waiting_seconds"
    case outboxPublished = "caracal_outbox_published_last_hour"
    case outboxLocksRunOut = "caracal_outbox_locks_run_out"

    // What only doctor has.
    case doctorOutcomes = "caracal_doctor_outcomes"

    /// What a sample's number is. Prometheus wants base units, named at the end of the metric's name.
    enum Unit: String {
        /// 1 for yes, 0 for no.
        case flag = "0 or 1"
        /// A number of things.
        case count
        /// A number of bytes.
        case bytes
        /// A length of time.
        case seconds
        /// A point in time.
        case unixTime = "Unix time, seconds"
        /// One number divided by another.
        case ratio
        /// Always 1: what is told is in the labels.
        case one = "1"
    }

    /// What a family is about.
    struct Definition {
        let unit: Unit
        /// The labels of each sample, in their order. Of a cluster, what is told of one server has `server` before them.
        let labels: [String]
        let help: String
    }

    /// How the value moves: what ends with `_total` only goes up, until it begins again.
    var kind: MetricFamily.Kind { rawValue.hasSuffix("_total") ? .counter : .gauge }
}

extension Metric: CustomStringConvertible {
    /// The name, for expressions.
    var description: String { rawValue }
}

extension MetricFamily {
    /// A family without samples.
    init(_ metric: Metric) { self.init(metric.rawValue, metric.kind, help: metric.definition.help) }

    /// A family of one sample, or of none where the value is not known.
    init(_ metric: Metric, _ value: Double?) {
        self.init(metric)
        append([:], value)
    }
}
