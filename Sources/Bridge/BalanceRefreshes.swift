/// Which members are to be asked about again since a purchase of theirs was accepted: each once at a time, a few together, in order.
struct BalanceRefreshes {
    struct Refresh: Equatable {
        let member: String
        /// The last sale that it follows from.
        var sale: String
    }

    /// A backlog that goes out at once must not keep scans from being looked up.
    private static let maximumUnderWay = 4
    private static let maximumWaiting = 1024

    private var waiting: [Refresh] = []
    private var underWay: Set<String> = []

    mutating func accepted(_ member: String, _ sale: String) {
        if let index = waiting.firstIndex(where: { $0.member == member }) {
            waiting[index].sale = sale
        } else if waiting.count < Self.maximumWaiting {
            waiting.append(Refresh(member: member, sale: sale))
        }
    }

    /// The next to ask about; nil if there is none now. A member who is being asked about waits for that answer: of two at a time the older one
    /// could come last, and would be taken for the newer.
    mutating func next() -> Refresh? {
        guard underWay.count < Self.maximumUnderWay,
            let index = waiting.firstIndex(where: { !underWay.contains($0.member) })
        else { return nil }
        let refresh = waiting.remove(at: index)
        underWay.insert(refresh.member)
        return refresh
    }

    mutating func ended(_ member: String) { underWay.remove(member) }
}
