import Caracal
import Rendering
import Text

/// Turns the ids of a command line into checks.
enum HealthCheckNames {
    /// The checks to make: all, those of `only`, or all but those of `skip`; lists of ids with commas between them.
    static func choose(only: String?, skip: String?) throws(Failure) -> [HealthCheck] {
        let wanted = try only.map(ids)
        let unwanted = try skip.map(ids) ?? []
        let checks = HealthCheck.all.filter { (wanted?.contains($0.id) ?? true) && !unwanted.contains($0.id) }
        guard !checks.isEmpty else { throw Failure(.usage, "--only and --skip leave no check to make") }
        return checks
    }

    /// The checks to explain: one, or `all`.
    static func explained(_ name: String) throws(Failure) -> [HealthCheck] {
        if name == "all" { return HealthCheck.all }
        return [try check(name)]
    }

    private static func ids(_ list: String) throws(Failure) -> [String] {
        var ids: [String] = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            ids.append(try check(String(name)).id)
        }
        return ids
    }

    private static func check(_ name: String) throws(Failure) -> HealthCheck {
        let name = String(name.filter { $0 != " " })
        if let check = HealthCheck.all.first(where: { $0.id == name }) { return check }
        let nearest = NearestMatch.find(name, in: HealthCheck.all.map(\.id))
        let advice = nearest.map { "did you mean \($0)?" } ?? "--explain all lists them"
        throw Failure(.usage, "there is no check \"\(name)\" (\(advice))")
    }
}
