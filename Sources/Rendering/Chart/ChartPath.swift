/// The line of a series as the path of an SVG: whole numbers, relative, on a canvas that is stretched over the plot.
struct ChartPath {
    /// The canvas: wider than any screen has room for, so that nothing is rounded that could be seen.
    static let width = 2000
    static let height = 1000

    private let from: Int
    private let span: Double
    private let top: Double
    private var text = ""
    private var place: (x: Int, y: Int) = (0, 0)
    /// A run to the right that is not written yet.
    private var run = 0

    /// - Parameter top: the value at the upper edge.
    init(from first: Int, to last: Int, top: Double) {
        from = first
        span = Double(max(1, last - first))
        self.top = top
    }

    /// The path through the means of points. Where nothing is known it is interrupted; a point between two gaps is in no line.
    mutating func line(_ points: [Chart.Point]) -> String {
        text = ""
        for (index, point) in points.enumerated() {
            if index == 0 || point.followsGap {
                if index + 1 < points.count, !points[index + 1].followsGap { move(to: x(point.time), y(point.mean)) }
            } else {
                line(to: x(point.time), y(point.mean))
            }
        }
        flush()
        return text
    }

    /// The areas between the least and the greatest of points; empty where all values are drawn.
    mutating func band(_ points: [Chart.Point]) -> String {
        text = ""
        guard points.contains(where: { $0.least < $0.most }) else { return "" }
        var start = 0
        while start < points.count {
            let end = points[(start + 1)...].firstIndex(where: \.followsGap) ?? points.count
            move(to: x(points[start].time), y(points[start].most))
            for point in points[start..<end] { line(to: x(point.time), y(point.most)) }
            for point in points[start..<end].reversed() { line(to: x(point.time), y(point.least)) }
            flush()
            text += "z"
            start = end
        }
        return text
    }

    private func x(_ time: Int) -> Int { Int((Double(time - from) / span * Double(Self.width)).rounded(within: 1e6)) }

    private func y(_ value: Double) -> Int {
        Self.height - Int((Swift.max(0, value) / top * Double(Self.height)).rounded(within: 1e6))
    }

    private mutating func move(to x: Int, _ y: Int) {
        flush()
        text += "M\(x) \(y)"
        place = (x, y)
    }

    private mutating func line(to x: Int, _ y: Int) {
        let (dx, dy) = (x - place.x, y - place.y)
        guard dx != 0 || dy != 0 else { return }
        place = (x, y)
        if dy == 0 {
            run += dx
            return
        }
        flush()
        text += dx == 0 ? "v\(dy)" : dy < 0 ? "l\(dx)\(dy)" : "l\(dx) \(dy)"
    }

    private mutating func flush() {
        if run != 0 { text += "h\(run)" }
        run = 0
    }
}
