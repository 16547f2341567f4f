/// Where the member's id, name and balance stand in an answer: the configuration's `[mapping]`.
///
/// An empty list or text means what comes without configuration.
public struct MappingSettings: Equatable, Sendable {
    /// Paths into the JSON answer, dots between levels; the first that is not null wins.
    public var memberID: [String]
    public var name: [String]
    public var balance: [String]
    /// Regular expressions on `DisplayText` with the group `name` or `balance`.
    public var namePattern: String
    public var balancePattern: String

    public init(
        memberID: [String] = [], name: [String] = [], balance: [String] = [], namePattern: String = "",
        balancePattern: String = ""
    ) {
        self.memberID = memberID
        self.name = name
        self.balance = balance
        self.namePattern = namePattern
        self.balancePattern = balancePattern
    }
}
