import COpenSSL
import Redis

/// Hands out every dead letter of a selection, exactly as it is: `dlq export`. Only reads.
package struct DeadLetterExport: Sendable {
    /// One dead letter on its way into a file.
    package struct Entry: Sendable, Equatable {
        /// Where it lies.
        package let stream: [UInt8]
        /// Its id.
        package let id: EntryID
        /// Who wrote it.
        package let shape: DeadLetterShape
        /// The reason as it stands; nil when it gives none.
        package let reason: [UInt8]?
        /// Its fields, in their order.
        package let message: Message
        /// The source's fields as they were; nil when they cannot be restored.
        package let restored: Message?
    }

    /// Which dead letters.
    package let selection: DeadLetterSelection

    /// Describes a run.
    package init(_ selection: DeadLetterSelection) { self.selection = selection }

    /// What a run leaves to be said.
    package struct Report: Sendable, Equatable {
        /// What there is where nothing was chosen though something is there; nil else.
        package internal(set) var unmatched: UnmatchedSelection?
        /// The streams of a cluster's servers that cannot be reached, and what is said of each: they are left out.
        package internal(set) var missing: [(stream: [UInt8], refusal: Refusal)] = []
        /// Keys that hold something else.
        package internal(set) var wrongTypes: [Finding] = []
        /// Dead letters that were named and are not there.
        package internal(set) var absent: [StreamPosition] = []
        /// Ids that were named, and of which several streams have dead letters.
        package internal(set) var shared: [SharedDeadLetterID] = []

        package static func == (left: Report, right: Report) -> Bool {
            left.unmatched == right.unmatched && left.missing.elementsEqual(right.missing) { $0 == $1 }
                && left.wrongTypes == right.wrongTypes && left.absent == right.absent && left.shared == right.shared
        }
    }

    /// Reads the dead letters. A refusal is thrown: what is not whole is no export. Of a cluster that has lost a server the rest
    /// is exported: what is there can be saved, and what is not is named.
    ///
    /// - Parameter each: is given the dead letters, and the name of the deployment.
    @discardableResult
    package func run(
        on connection: any CommandChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64,
        afterPage: (DeadLetterWalk.Stream, UInt64) throws -> Void = { _, _ in },
        each: (Entry, DeploymentName) throws -> Void
    ) throws -> Report {
        let walk = DeadLetterWalk(selection)
        let streams = try walk.look(on: connection, clock: clock).streams
        // Asked for behind the look, which tells which servers cannot be reached.
        let deployment = try DeploymentName.identify(on: connection)
        var report = Report()
        report.wrongTypes = streams.compactMap(\.wrongType)
        var isEmpty = true
        var found: [(stream: [UInt8], id: EntryID)] = []
        // Asked now: what is known of lost servers is forgotten after a while, and a long export would fail at its end.
        let losses = streams.map { connection.isLost($0.target.key) }
        for (stream, isLost) in zip(streams, losses) {
            let refusal = try walk.read(stream, on: ReconnectingChannel(connection), &judge) {
                try afterPage(stream, $0)
            } visit: { visit, judge in
                isEmpty = false
                if !selection.ids.isEmpty { found.append((stream.target.key, visit.id)) }
                try each(try Entry(visit, &judge), deployment)
                return true
            }
            guard let refusal else { continue }
            guard isLost else { throw connection.refused(refusal) }
            report.missing.append((stream.target.key, refusal))
        }
        report.absent = selection.absent(among: found.map(\.id))
        report.shared = selection.shared(among: found)
        if isEmpty, report.missing.isEmpty {
            report.unmatched = try walk.unmatched(in: streams, on: ReconnectingChannel(connection), &judge)
        }
        return report
    }
}

extension DeadLetterExport.Entry {
    fileprivate init(_ visit: DeadLetterWalk.Visit, _ judge: inout DeadLetterJudge) throws(CryptographyError) {
        self.init(
            stream: visit.stream.target.key,
            id: visit.id,
            shape: visit.head.shape,
            reason: visit.head.reason.map { Array(visit.bytes[$0]) },
            message: Message(visit.fields, in: visit.bytes),
            restored: try judge.restore(visit.fields, in: visit.bytes, visit.head, of: visit.stream.source)
        )
    }
}

/// Which deployment a server belongs to, as export files say it: by the history of its data, so that a failover to a
/// replica makes no difference, or by its address where the server does not tell.
package struct DeploymentName: Sendable, Equatable {
    /// What export files say from now on.
    package let text: String
    /// What export files may say instead: written before the last failover, or when a cluster was entered elsewhere.
    package let others: [String]

    /// Asks every server that takes writes and was not just found lost: the first one gives the name, and each of them makes it known.
    package static func identify(on channel: any CommandChannel) throws(RedisError) -> DeploymentName {
        var names: [String] = []
        for master in try channel.reachableMasters() {
            guard let history = try master.ask(InfoReplication()).value, let identifier = history.identifier else {
                continue
            }
            names.append("replid:\(identifier)")
            if let former = history.former, former.utf8.contains(where: { $0 != UInt8(ascii: "0") }) {
                names.append("replid:\(former)")
            }
        }
        let text = names.first ?? "address:\(channel.endpoint)"
        return DeploymentName(text: text, others: Array(names.dropFirst()))
    }

    /// Whether an export file that says `name` is of this deployment.
    func isCalled(_ name: String) -> Bool { name == text || others.contains(name) }
}

/// The digest at the end of every line of an export, over all that stands before it: a line of which a single byte was
/// changed since is recognised.
package enum ExportSeal {
    /// A JSON object on one line, with its last member added: `,"digest":"sha256:…"}`.
    package static func seal(_ object: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let body = Array(object.dropLast())
        return body + member(try digest(body, body.indices))
    }

    /// Whether the line at `range` ends with the digest over what stands before it.
    static func holds(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> Bool {
        guard range.count > memberLength else { return false }
        let end = range.upperBound - memberLength
        return bytes[end..<range.upperBound].elementsEqual(member(try digest(bytes, range.lowerBound..<end)))
    }

    private static func member(_ digest: [UInt8]) -> [UInt8] {
        opening + digest.flatMap { [HexText.lowerCaseDigit($0 >> 4), HexText.lowerCaseDigit($0 & 0x0F)] } + closing
    }

    private static func digest(_ bytes: [UInt8], _ range: Range<Int>) throws(CryptographyError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: digestLength)
        let isDone = bytes.span.extracting(range).withUnsafeBufferPointer {
            EVP_Digest($0.baseAddress, $0.count, &output, nil, EVP_sha256(), nil) == 1
        }
        guard isDone else { throw CryptographyError("EVP_Digest") }
        return output
    }

    private static let opening = Array(#","digest":"sha256:"#.utf8)
    private static let closing = Array(#""}"#.utf8)
    private static let digestLength = 32
    private static let memberLength = opening.count + 2 * digestLength + closing.count
}
