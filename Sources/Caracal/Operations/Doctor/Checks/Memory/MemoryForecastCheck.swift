import Text

extension HealthCheck {
    static let memoryForecast = HealthCheck(
        "memory-forecast",
        subject: "Whether all streams, filled to their bounds, fit into maxmemory with a fifth to spare.",
        reason: """
            The default of 512 MB does not hold a million audit events of 1 KB. It shows on the day the ingestor \
            stands still, when publishers are refused. Sizes come from a sample of entries, so streams that are empty \
            are left out.
            """,
        remedy: "Raise maxmemory to what caracalctl memory says is needed, or lower the bounds in the services.",
        urgency: .later
    ) { (server: ServerExamination) in
        let forecast = server.memory.forecast
        let evidence = forecast.neededBytes.map { (needed) -> Evidence in
            "needed \(Words.bytes(needed)), maxmemory \(Words.bytes(server.memory.server.limit.value ?? 0))"
        }
        let found = server.memory(.boundsDoNotFit)
        var inspection = Inspection()
        if !found.isEmpty {
            inspection.saw(found.map { CheckOutcome($0, evidence: evidence, fix: "caracalctl memory") })
        } else if server.memory.server.limit.value == 0 {
            inspection.saw()
            return inspection.or("there is no maxmemory to fit into")
        } else if forecast.neededBytes == nil || server.memory.server.limit.value == nil {
            inspection.miss("whether the streams will fit is not known: the server does not tell its memory")
        }
        for stream in server.memory.streams {
            if let reason = stream.unknownBoundReason {
                inspection.miss("the size of \(stream.observed.definition.name) is not known: \(reason)")
            } else {
                inspection.saw()
            }
        }
        // Empty streams have nothing to measure: a note would greet everybody who has just set up a bus.
        return inspection.or(
            forecast.fits == true
                ? "the streams fit into maxmemory at their bounds" : "what can be measured fits into maxmemory"
        )
    }
}
