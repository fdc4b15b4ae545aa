import Redis
import Text

/// Something an operator should know, found while looking or acting.
package struct Finding: Sendable, Equatable {
    /// How much it matters: only a failure turns the exit status.
    package enum Severity: String, Sendable {
        case note
        case warning
        case failure
    }

    /// A stable name for scripts; every one is explained in caracalctl-json(7).
    package let code: Code
    /// How much it matters.
    package let severity: Severity
    /// The stream's key; nil when it is about the server.
    package let stream: String?
    /// One sentence.
    package let message: TerminalText

    package init(_ code: Code, _ severity: Severity, stream: String? = nil, _ message: TerminalText) {
        self.code = code
        self.severity = severity
        self.stream = stream
        self.message = message
    }

    /// That the server would not tell its time, and what is not known for want of it; none when it did.
    package static func unknownTime(_ refusal: Refusal?, _ consequence: TerminalText) -> [Finding] {
        refusal.map { [Finding(.timeUnknown, .warning, "\(consequence): \($0.text)")] } ?? []
    }
}

extension Finding {
    /// What a finding is about. The raw values stand in JSON, and are never reworded.
    package enum Code: String, Sendable, CaseIterable {
        case acknowledgesExisting = "acknowledges_existing"
        case alreadyHeld = "already_held"
        case aofOff = "aof_off"
        case aofRewriteFailed = "aof_rewrite_failed"
        case aofWriteFailed = "aof_write_failed"
        case badInput = "bad_input"
        case badLine = "bad_line"
        case batches
        case beingRead = "being_read"
        case boundsDoNotFit = "bounds_do_not_fit"
        case canResign = "can_resign"
        case certificateNotChecked = "certificate_not_checked"
        case changed
        case clockDiffers = "clock_differs"
        case connectedAgain = "connected_again"
        case connectionLost = "connection_lost"
        case `continue`
        case createsConsumer = "creates_consumer"
        case databaseNot0 = "database_not_0"
        case deliversAgain = "delivers_again"
        case erasesErrors = "erases_errors"
        case exhausted
        case failed
        case failover
        case futureID = "future_id"
        case gone
        case goneUnclear = "gone_unclear"
        case held
        case holdsEntries = "holds_entries"
        case idleUnknown = "idle_unknown"
        case incompleteLook = "incomplete_look"
        case interrupted
        case interrupting
        case invalidSignature = "invalid_signature"
        case keptBack = "kept_back"
        case keyFileReadable = "key_file_readable"
        case kept
        case knownGroup = "known_group"
        case lastDelivery = "last_delivery"
        case lastID = "last_id"
        case leftOver = "left_over"
        case leftOverGroup = "left_over_group"
        case listening
        case lookCut = "look_cut"
        case losesEntries = "loses_entries"
        case lossUnknown = "loss_unknown"
        case lost
        case lostEntries = "lost_entries"
        case mayBeLost = "may_be_lost"
        case mayHaveMissed = "may_have_missed"
        case missed
        case missing
        case manyConsumers = "many_consumers"
        case missingGroup = "missing_group"
        case more
        case moreConsumers = "more_consumers"
        case movedUnclear = "moved_unclear"
        case newerServers = "newer_servers"
        case noConsumer = "no_consumer"
        case noEntry = "no_entry"
        case noGroup = "no_group"
        case noGroups = "no_groups"
        case noLimit = "no_limit"
        case noMatch = "no_match"
        case noMessages = "no_messages"
        case noPassword = "no_password"
        case noStream = "no_stream"
        case noSuchEntry = "no_such_entry"
        case noValidSignature = "no_valid_signature"
        case notKept = "not_kept"
        case notListed = "not_listed"
        case notMeasured = "not_measured"
        case notOnDisk = "not_on_disk"
        case notPending = "not_pending"
        case notPermitted = "not_permitted"
        case notReplicated = "not_replicated"
        case notSaved = "not_saved"
        case notSent = "not_sent"
        case notVerified = "not_verified"
        case nothing
        case oneServer = "one_server"
        case otherServer = "other_server"
        case otherShape = "other_shape"
        case outboxUnknown = "outbox_unknown"
        case output
        case overBound = "over_bound"
        case overFill = "over_fill"
        case overIdle = "over_idle"
        case overPending = "over_pending"
        case overUsed = "over_used"
        case passwordFileReadable = "password_file_readable"
        case passwordInArguments = "password_in_arguments"
        case policy
        case questionableSignature = "questionable_signature"
        case receivers
        case reconnected
        case refused
        case replaced
        case replayWindow = "replay_window"
        case replica
        case resume
        case sameID = "same_id"
        case saveFailed = "save_failed"
        case serverUnreachable = "server_unreachable"
        case setBack = "set_back"
        case settled
        case silentReader = "silent_reader"
        case skippedEntries = "skipped_entries"
        case skipsEntries = "skips_entries"
        case staysPending = "stays_pending"
        case timeUnknown = "time_unknown"
        case tokenInTheClear = "token_in_the_clear"
        case tokenUnusable = "token_unusable"
        case tooMany = "too_many"
        case tooOld = "too_old"
        case unchecked
        case unfitConsumer = "unfit_consumer"
        case unknown
        case unknownGroup = "unknown_group"
        case unknownKey = "unknown_key"
        case unknownKeysCutShort = "unknown_keys_cut_short"
        case unknownKeysUnchecked = "unknown_keys_unchecked"
        case unmeasured
        case unreadableJSON = "unreadable_json"
        case unsigned
        case waiting
        case writesRefused = "writes_refused"
        case wrongType = "wrong_type"
    }
}
