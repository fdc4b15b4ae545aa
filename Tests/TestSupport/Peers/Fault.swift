/// What goes wrong on a connection through a ``FaultProxy``, once.
package struct Fault: Sendable {
    /// Which way the bytes go that it hits.
    package enum Direction: Sendable {
        /// The commands.
        case toServer
        /// The replies.
        case toClient
    }

    /// How much passes unharmed before it.
    package enum Trigger: Sendable {
        /// So many bytes.
        case bytes(Int)
        /// So many whole commands, or replies.
        case messages(Int)
        /// So many whole commands, or replies, and then so many bytes.
        case bytesBehind(messages: Int, Int)
    }

    /// What happens then.
    package enum Action: Sendable {
        /// Both sides see an orderly end, after what had passed.
        case cut
        /// The client sees a TCP reset, the server an orderly end.
        case reset
        /// Everything further in this direction vanishes; the connection stays open.
        case swallow
        /// What comes next in this direction vanishes, and with it the connection: a reply lost after its command ran.
        case swallowThenCut
        /// What comes next is held back for this long.
        case delay(Duration)
        /// What comes next is held back until the proxy is told to release it, even when the sender has gone by then.
        case hold
    }

    /// Which way the bytes go.
    package let direction: Direction
    /// What passes before it.
    package let trigger: Trigger
    /// What happens.
    package let action: Action

    /// A fault in one direction.
    package init(_ direction: Direction, after trigger: Trigger, _ action: Action) {
        self.direction = direction
        self.trigger = trigger
        self.action = action
    }
}
