import Rendering

/// One panel of a Grafana dashboard.
struct DashboardPanel {
    /// How it shows its series.
    enum Kind: String {
        /// Lines over time.
        case lines = "timeseries"
        /// One number, now.
        case number = "stat"
        /// A row for each series, now.
        case table
    }

    /// What the numbers are, as Grafana names units.
    enum Unit: String {
        case count = "short"
        case seconds = "s"
        case bytes
        case share = "percentunit"
        case rate = "cps"
    }

    /// One question to Prometheus.
    struct Query {
        let expression: String
        /// What a series is called: `{{stream}}`.
        let legend: String

        init(_ expression: String, _ legend: String = "") {
            self.expression = expression
            self.legend = legend
        }
    }

    let kind: Kind
    let title: String
    /// What is shown, in a sentence, behind the panel's information mark.
    let description: String
    let unit: Unit
    let queries: [Query]
    /// From where on a number is orange, and red; nil for no colours.
    let steps: (warning: Double?, critical: Double?)?
    /// What numbers are called: 0 is "no", 1 is "yes".
    var words: [(value: Int, text: String, colour: String)] = []
    /// Whether the lines lie on each other, so that their upper edge is the sum.
    var isStacked = false

    init(
        _ kind: Kind,
        _ title: String,
        in unit: Unit = .count,
        steps: (warning: Double?, critical: Double?)? = nil,
        _ description: String,
        _ queries: [Query]
    ) {
        self.kind = kind
        self.title = title
        self.unit = unit
        self.steps = steps
        self.description = description
        self.queries = queries
    }

    /// The same, with words for its numbers.
    func called(_ words: [(value: Int, text: String, colour: String)]) -> DashboardPanel {
        var panel = self
        panel.words = words
        return panel
    }

    /// The same, its lines on each other.
    var stacked: DashboardPanel {
        var panel = self
        panel.isStacked = true
        return panel
    }

    /// The panel at its place.
    func json(id: Int, at place: DashboardPlace) -> JSONValue {
        [
            "id": JSONValue(id), "type": .string(kind.rawValue), "title": .string(title),
            "description": .string(description), "datasource": Dashboard.dataSource, "gridPos": place.json,
            "targets": .array(zip(queries, Self.letters).map { target($0, $1) }),
            "fieldConfig": ["defaults": defaults, "overrides": []], "options": options,
            "transformations": kind == .table ? merging : [],
        ]
    }

    private static let letters = ["A", "B", "C", "D", "E", "F", "G", "H"]

    private func target(_ query: Query, _ letter: String) -> JSONValue {
        [
            "refId": .string(letter), "datasource": Dashboard.dataSource, "expr": .string(query.expression),
            "legendFormat": .string(query.legend.isEmpty ? "__auto" : query.legend),
            "instant": .bool(kind != .lines), "range": .bool(kind == .lines),
            "format": .string(kind == .table ? "table" : "time_series"),
        ]
    }

    private var defaults: JSONValue {
        var members = [JSONMember("unit", .string(unit.rawValue)), JSONMember("min", unit == .seconds ? .null : 0)]
        members.append(JSONMember("thresholds", thresholds))
        members.append(JSONMember("color", ["mode": .string(kind == .lines ? "palette-classic" : "thresholds")]))
        members.append(JSONMember("mappings", mappings))
        if kind == .lines { members.append(JSONMember("custom", lines)) }
        return .object(members.filter { $0.value != .null })
    }

    private var thresholds: JSONValue {
        let base: [JSONValue] = [["color": .string(steps == nil && kind != .lines ? "text" : "green"), "value": .null]]
        let warning: [JSONValue] = steps?.warning.map { [["color": "orange", "value": JSONValue($0)]] } ?? []
        let critical: [JSONValue] = steps?.critical.map { [["color": "red", "value": JSONValue($0)]] } ?? []
        return ["mode": "absolute", "steps": .array(base + warning + critical)]
    }

    private var mappings: JSONValue {
        guard !words.isEmpty else { return [] }
        let options = words.map { word in
            JSONMember("\(word.value)", ["text": .string(word.text), "color": .string(word.colour)])
        }
        return [["type": "value", "options": .object(options)]]
    }

    private var lines: JSONValue {
        [
            "drawStyle": "line", "lineWidth": 1, "fillOpacity": isStacked ? 20 : 0, "showPoints": "never",
            "spanNulls": false, "stacking": ["mode": isStacked ? "normal" : "none", "group": "A"],
            "thresholdsStyle": ["mode": steps == nil ? "off" : "dashed"],
        ]
    }

    private var options: JSONValue {
        switch kind {
        case .lines:
            [
                "legend": ["displayMode": "list", "placement": "bottom", "showLegend": true],
                "tooltip": ["mode": "multi", "sort": "desc"],
            ]
        case .number:
            [
                "reduceOptions": ["calcs": ["lastNotNull"], "fields": "", "values": false], "colorMode": "value",
                "graphMode": "none", "textMode": "auto", "orientation": "auto",
            ]
        case .table: ["showHeader": true, "cellHeight": "sm"]
        }
    }

    /// The series of all queries in one row for each set of labels, without what is the same in all of them. Grafana calls their
    /// columns by the letters of the queries.
    private var merging: JSONValue {
        let names = zip(queries, Self.letters).map { JSONMember("Value #\($1)", .string($0.legend)) }
        return [
            ["id": "merge", "options": [:]],
            [
                "id": "organize",
                "options": [
                    "excludeByName": ["Time": true, "job": true, "__name__": true], "indexByName": [:],
                    "renameByName": .object(names),
                ],
            ],
        ]
    }
}

/// Where a panel stands on the dashboard's grid, which is 24 wide.
struct DashboardPlace: Equatable {
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    static let gridWidth = 24

    var json: JSONValue {
        ["x": JSONValue(x), "y": JSONValue(y), "w": JSONValue(width), "h": JSONValue(height)]
    }
}
