import TextChecks

/// The vendors and products that udev rules name as scanners.
///
/// Only rules of the project's own form are understood: one line with the ids and `ENV{SCANBRIDGE_SCANNER}="1"`. What is not understood is
/// taken to name nothing.
public struct RuledModels: Equatable, Sendable {
    private struct Model: Equatable {
        var vendors: [String]
        /// Empty for every product.
        var products: [String]
    }

    private var models: [Model] = []

    private static let property = #"ENV{SCANBRIDGE_SCANNER}="1""#

    public init() {}

    /// Whether rules make any device a scanner.
    static func sets(_ rules: String) -> Bool { lines(rules).contains { $0.contains(property) } }

    mutating func add(rules: String) {
        for line in Self.lines(rules) where line.contains(Self.property) {
            let vendors = Self.values(["ENV{ID_VENDOR_ID}", "ATTRS{idVendor}"], in: line)
            if vendors.isEmpty { continue }
            models.append(
                Model(vendors: vendors, products: Self.values(["ENV{ID_MODEL_ID}", "ATTRS{idProduct}"], in: line)))
        }
    }

    /// Whether the rules name this model.
    public func name(vendor: String, product: String) -> Bool {
        models.contains { model in
            model.vendors.contains { vendor.isLike($0) }
                && (model.products.isEmpty || model.products.contains { product.isLike($0) })
        }
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " || $0 == "\t" }.hasPrefix("#") }
    }

    /// What one of the keys is compared with, alternatives apart.
    private static func values(_ keys: [String], in line: Substring) -> [String] {
        for key in keys {
            let wanted = "\(key)==\""
            for start in line.indices where line[start...].hasPrefix(wanted) {
                let value = line[start...].dropFirst(wanted.count).prefix { $0 != "\"" }
                return value.split(separator: "|").map(String.init)
            }
        }
        return []
    }
}
