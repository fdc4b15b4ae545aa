import CPostgres
import Redis

/// The rows that a statement gave, in libpq's memory; freed with the object. Values are text, as Postgres writes them, in UTF-8, unless
/// the statement asked for their binary form.
package final class PostgresRows: RandomAccessCollection {
    private let library: UnsafePointer<cpostgres_library>
    private let result: OpaquePointer
    /// How many columns they have.
    private let columns: Int

    /// How many rows an INSERT, UPDATE or DELETE changed, or a SELECT gave; 0 for any other statement.
    package let affected: Int
    /// The statement's tag, such as `UPDATE 3`.
    let tag: String
    package let endIndex: Int
    package var startIndex: Int { 0 }

    /// Takes over a result of libpq.
    init(_ library: UnsafePointer<cpostgres_library>, _ result: OpaquePointer) {
        self.library = library
        self.result = result
        endIndex = Int(library.pointee.ntuples(result))
        columns = Int(library.pointee.nfields(result))
        affected = library.pointee.cmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        tag = library.pointee.cmdStatus(result).map { String(cString: $0) } ?? ""
    }

    deinit { library.pointee.clear(result) }

    package subscript(row: Int) -> PostgresRow {
        precondition((0..<endIndex).contains(row), "there is no such row")
        return PostgresRow(rows: self, number: Int32(row))
    }

    /// What a trace tells of them.
    var traced: TraceEvent.Outcome {
        guard columns > 0 || affected > 0 || tag.contains(" ") else { return .done }
        let isChange = ["INSERT", "UPDATE", "DELETE", "MERGE"].contains { tag.hasPrefix($0) }
        return .rows(isChange ? affected : count, bytes: byteCount, changed: isChange)
    }

    /// How many bytes its values have.
    private var byteCount: Int {
        indices.reduce(0) { sum, row in
            (0..<Int32(columns)).reduce(sum) { $0 + Int(library.pointee.getlength(result, Int32(row), $1)) }
        }
    }

    fileprivate func value(_ row: Int32, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
        // How many columns there are is for the server to say, which may be none of Postgres.
        guard (0..<columns).contains(column) else { return nil }
        let column = Int32(column)
        let count = Int(library.pointee.getlength(result, row, column))
        // NULL is as long as an empty value.
        guard count > 0 || library.pointee.getisnull(result, row, column) == 0,
            let text = library.pointee.getvalue(result, row, column)
        else { return nil }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
            count: count
        )
    }
}

/// One row: its values by their places in the statement, from 0. NULL is nil, and so is a value that the server left out.
package struct PostgresRow {
    fileprivate let rows: PostgresRows
    fileprivate let number: Int32

    /// The bytes of a value; nil for NULL.
    package func bytes(_ column: Int) -> [UInt8]? {
        rows.value(number, column).map(Array.init)
    }

    /// A value as text; nil for NULL. What is not UTF-8, which only a database in SQL_ASCII can give, is repaired.
    package func text(_ column: Int) -> String? {
        rows.value(number, column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number; nil for NULL and for what is none.
    package func integer(_ column: Int) -> Int64? {
        text(column).flatMap { Int64($0) }
    }

    /// A truth value; nil for NULL and for what is none.
    package func boolean(_ column: Int) -> Bool? {
        switch text(column) {
        case "t": true
        case "f": false
        default: nil
        }
    }

    /// A timestamptz that came in its binary form, in Unix milliseconds; nil for NULL, for infinity, and for what was before 1970.
    package func binaryTime(_ column: Int) -> UInt64? {
        withBytes(column) { bytes in
            guard let bytes, bytes.count == 8 else { return nil }
            // Microseconds since the year 2000.
            let time = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard time != UInt64(Int64.max) else { return nil }
            let (unix, overflow) = Int64(bitPattern: time).addingReportingOverflow(946_684_800_000_000)
            return overflow ? nil : UInt64(exactly: unix).map { $0 / 1_000 }
        }
    }

    /// Whether a value is NULL.
    package func isNull(_ column: Int) -> Bool { rows.value(number, column) == nil }

    /// Lends the bytes of a value without a copy; nil for NULL. They must not outlive the call.
    package func withBytes<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>?) throws -> Result) rethrows
        -> Result
    {
        defer { withExtendedLifetime(rows) {} }
        return try body(rows.value(number, column))
    }
}
