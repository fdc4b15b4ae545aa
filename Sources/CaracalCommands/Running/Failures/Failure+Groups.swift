import Caracal
import Redis
import Rendering
import Text

/// Why a command cannot work on a stream or a group, and what helps.
extension Failure {
    /// - Parameter target: the server, as messages name it.
    init(_ problem: StreamProblem, by target: String) {
        switch problem {
        case .refused(_, let refusal): self.init(refusal, by: target)
        case .noBound: self.init(.usage, problem.text())
        case .replica: self.init(.refusedForNow, problem.text(at: target))
        case .missing, .otherType, .noGroup, .noConsumer, .unknownConsumer, .noGroups:
            self.init(.finding, problem.text())
        }
    }
}
