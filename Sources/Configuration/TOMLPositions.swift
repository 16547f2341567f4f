/// One step down from a table or an array.
enum TOMLStep: Hashable, Sendable {
    case key(String)
    case index(Int)
}

/// Where each key and each element of a TOML document stands.
///
/// TOMLKit tells lines of syntax errors only; a wrong value has a line by this index. It is built by ``TOMLScanner`` and says
/// nothing about values.
struct TOMLPositions: Equatable, Sendable {
    struct Position: Equatable, Sendable {
        /// From 1.
        var line: Int
        /// Rises through the document: tables of TOMLKit are sorted by key, and this gives the order back.
        var order: Int
    }

    private var positions: [[TOMLStep]: Position] = [:]
    /// How many tables each array of tables holds so far.
    private var tableCounts: [[TOMLStep]: Int] = [:]

    /// The line of a key, an element or a table's header; of the nearest thing around it if it is not in the text.
    func line(of path: [TOMLStep]) -> Int? {
        var path = path[...]
        while !path.isEmpty {
            if let position = positions[Array(path)] { return position.line }
            path = path.dropLast()
        }
        return nil
    }

    /// The place in the document's order; nil if it is not in the text.
    func order(of path: [TOMLStep]) -> Int? { positions[path]?.order }

    /// Notes a path where it is first mentioned.
    mutating func mention(_ path: [TOMLStep], line: Int) {
        guard positions[path] == nil else { return }
        positions[path] = Position(line: line, order: positions.count)
    }

    /// Notes the header of a table and returns the table's path. A header's line counts for more than an earlier mention as a
    /// part of another header.
    mutating func openTable(_ names: [String], line: Int) -> [TOMLStep] {
        let path = resolve(names, line: line)
        positions[path] = Position(line: line, order: positions[path]?.order ?? positions.count)
        return path
    }

    /// Notes the header of one more table of an array and returns that table's path.
    mutating func openElement(_ names: [String], line: Int) -> [TOMLStep] {
        guard let last = names.last else { return [] }
        let array = resolve(names.dropLast(), line: line) + [.key(last)]
        mention(array, line: line)
        let count = tableCounts[array, default: 0]
        tableCounts[array] = count + 1
        mention(array + [.index(count)], line: line)
        return array + [.index(count)]
    }

    /// The path that a header's names mean: in an array of tables, its last table.
    private mutating func resolve(_ names: [String], line: Int) -> [TOMLStep] {
        var path: [TOMLStep] = []
        for name in names {
            path.append(.key(name))
            mention(path, line: line)
            if let count = tableCounts[path] { path.append(.index(count - 1)) }
        }
        return path
    }
}
