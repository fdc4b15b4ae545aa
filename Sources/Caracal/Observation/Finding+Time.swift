import Redis

extension Finding {
    /// That the server would not tell its time, and what is not known for want of it; none when it did.
    package static func untoldTime(_ refusal: Refusal?, _ consequence: String) -> [Finding] {
        refusal.map { [Finding("time_unknown", .warning, "\(consequence): \($0.text)")] } ?? []
    }
}
