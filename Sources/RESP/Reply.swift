/// One whole reply: the bytes it came in, and a flat list of where each value lies in them.
///
/// There is no tree to build or to tear down, however deep the reply is. `root` is the comfortable way in; a scan over
/// thousands of entries goes by node index instead (`Reply+Nodes.swift`), which neither copies nor retains anything.
package struct Reply: Sendable {
    /// The reply as received. Payloads of nodes are ranges of these.
    package internal(set) var bytes: [UInt8]
    /// Its values, the root first.
    package internal(set) var nodes: [ReplyNode]

    /// A null, to parse a reply into.
    package init() {
        bytes = []
        nodes = [.null]
    }

    /// The whole reply as a value.
    package var root: ReplyValue { ReplyValue(reply: self, index: 0) }
}
