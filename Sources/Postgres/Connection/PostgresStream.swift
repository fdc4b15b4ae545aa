import Redis

extension PostgresConnection {
    /// The rows of a statement that looks, a page at a time, however many there are: of a server-side cursor, in a read-only
    /// transaction of its own where none is open. The next page is on its way while one is worked on. In between other
    /// statements may be run on the same session; they are in the same transaction.
    ///
    /// - Parameters:
    ///   - pageSize: how many rows a page has; two pages are in memory at most.
    ///   - isBinary: whether values come in the binary form of their types: text is the same then, times are `PostgresRow.binaryTime`.
    package func stream(
        _ statement: String,
        _ parameters: [PostgresValue] = [],
        pageSize: Int = 1000,
        isBinary: Bool = false
    ) throws(PostgresError) -> PostgresStream {
        let ownsTransaction = !isInTransaction
        if ownsTransaction { try begin(.reads) }
        let stream = PostgresStream(self, pageSize: pageSize, isBinary: isBinary, ownsTransaction: ownsTransaction)
        do throws(PostgresError) {
            try stream.open(statement, parameters)
        } catch {
            if ownsTransaction { rollBack() }
            throw error
        }
        return stream
    }
}

/// Rows that come in pages.
package final class PostgresStream {
    private let connection: PostgresConnection
    private let pageSize: Int
    private let isBinary: Bool
    private let ownsTransaction: Bool
    private let cursor: String
    /// What was asked for and not taken yet; nil once all rows were.
    private var page: AskedPage?

    init(_ connection: PostgresConnection, pageSize: Int, isBinary: Bool, ownsTransaction: Bool) {
        self.connection = connection
        self.pageSize = pageSize
        self.isBinary = isBinary
        self.ownsTransaction = ownsTransaction
        cursor = "caracalctl_\(connection.nextCursor())"
    }

    fileprivate func open(_ statement: String, _ parameters: [PostgresValue]) throws(PostgresError) {
        _ = try connection.query("DECLARE \(cursor) NO SCROLL CURSOR FOR \(statement)", parameters)
        page = try ask()
    }

    private func ask() throws(PostgresError) -> AskedPage {
        try connection.ask(
            "FETCH \(pageSize) FROM \(cursor)",
            isBinary: isBinary,
            until: .after(connection.timeouts.command)
        )
    }

    /// The next page; nil when there are no more rows, and then the cursor and its transaction have ended.
    package func next() throws(PostgresError) -> PostgresRows? {
        guard let page else { return nil }
        do throws(PostgresError) {
            try connection.settle(page)
            let rows = page.rows
            let isLast = (rows?.count ?? 0) < pageSize
            self.page = isLast ? nil : try ask()
            if isLast { try end() }
            return rows?.isEmpty == false ? rows : nil
        } catch {
            self.page = nil
            if ownsTransaction { connection.rollBack() }
            throw error
        }
    }

    /// Ends it before all rows were taken.
    package func close() throws(PostgresError) {
        guard let page else { return }
        self.page = nil
        try connection.settle(page)
        try end()
    }

    private func end() throws(PostgresError) {
        if ownsTransaction { return try connection.commit(wasWriting: false) }
        _ = try connection.query("CLOSE \(cursor)")
    }
}
