import RESP

/// A command and how to read its reply.
package protocol Request: Sendable {
    /// What the reply becomes.
    associatedtype Response: Sendable
    /// The command as it is sent.
    var command: Command { get }
    /// Reads a reply that is not an error; nil when it does not have the shape this command promises.
    func read(_ reply: ReplyValue) -> Response?
}

extension CommandChannel {
    /// Sends one request and reads its reply; a refusal is a value, since most callers have an answer to it.
    package func ask<R: Request>(_ request: R) throws(RedisError) -> Result<R.Response, Refusal> {
        try read(pipeline([request.command])[0], of: request)
    }

    /// Sends the same kind of request many times in one round trip.
    package func ask<R: Request>(_ requests: [R]) throws(RedisError) -> [Result<R.Response, Refusal>] {
        let replies = try pipeline(requests.map(\.command))
        var answers: [Result<R.Response, Refusal>] = []
        for (request, reply) in zip(requests, replies) { answers.append(try read(reply, of: request)) }
        return answers
    }

    /// Reads one reply of a mixed pipeline; throws when its shape is not that of the request.
    package func read<R: Request>(_ reply: Reply, of request: R) throws(RedisError) -> Result<R.Response, Refusal> {
        if let error = reply.root.error { return .failure(Refusal(error).answering(request.command, of: endpoint)) }
        guard let response = request.read(reply.root) else {
            throw misshapen(request.command.name)
        }
        return .success(response)
    }

    /// The error of a reply that does not have the shape its command promises.
    package func misshapen(_ command: String) -> RedisError {
        failure(.unexpected("the reply to \(command) does not have its documented shape"), .awaiting)
    }

    /// The error that a refusal is where nothing can be done without an answer.
    package func refused(_ refusal: Refusal) -> RedisError {
        failure(.refused(refusal), .awaiting)
    }
}

extension Result {
    /// The success; nil for a failure, where the reason does not matter.
    package var value: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}

extension Result where Failure == Refusal {
    /// Why the server would not answer; nil when it did.
    package var refusal: Refusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }

    /// The success; a refusal is thrown as an error about the channel that was asked.
    package func get(on channel: some CommandChannel) throws(RedisError) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let refusal): throw channel.refused(refusal)
        }
    }
}
