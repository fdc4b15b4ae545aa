import Synchronization

/// A value that one thread leaves for another.
package final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    /// One that holds a value already.
    package init(_ value: Value) {
        content = Mutex(value)
    }

    /// The value.
    package var value: Value {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }

    /// Changes it in one step.
    package func update(_ change: (inout Value) -> Void) {
        content.withLock { change(&$0) }
    }
}
