import FoundationEssentials
import JSON
import TextChecks

/// Says what an answer of the member endpoint means. Knows no I/O.
///
/// | answer | means |
/// |---|---|
/// | 200 with a JSON object that holds a member id | found |
/// | 404 | not_found |
/// | 400, 410, 422 | rejected |
/// | 429 | rate_limited |
/// | 5xx, 408, 425 | unavailable |
/// | everything else: 401, 403, 3xx, other 2xx and 4xx, 200 without such an object | misconfigured |
struct AnswerReader {
    private let mapping: MappingSettings
    private let text: DisplayTextReader

    /// - Throws: What is wrong with the first setting that cannot be used.
    init(mapping: MappingSettings, locale: String) throws(SettingFault) {
        try mapping.check()
        self.mapping = mapping
        text = try DisplayTextReader(mapping: mapping, locale: locale)
    }

    func outcome(of answer: EndpointAnswer) -> MemberOutcome {
        let detail = OutcomeDetail.http(answer.status)
        switch answer.status {
        case 200: return found(in: answer)
        case 300..<400: return .misconfigured(.redirect)
        case 404: return .notFound
        case 400, 410, 422: return .rejected(detail)
        case 408, 425: return .unavailable(detail)
        case 429: return .rateLimited(detail)
        case 500..<600: return .unavailable(detail)
        default: return .misconfigured(detail)
        }
    }

    private func found(in answer: EndpointAnswer) -> MemberOutcome {
        if answer.isTooLarge { return .misconfigured(.answerTooLarge) }
        guard let root = try? JSONValue(parsing: answer.body), root.object != nil else {
            return .misconfigured(.notJSON)
        }
        let fields = AnswerFields(root)
        guard let id = fields.first(mapping.memberID, names: ["MemberId", "member_id", "id"], \.asMemberID) else {
            return .misconfigured(.noMemberID)
        }
        let display = fields.first([], names: ["DisplayText", "display_text"], \.string) ?? ""
        let displayText = display.prefix(utf8Bytes: Member.maxDisplayTextBytes)
        let name = fields.first(
            mapping.name, names: ["name", "full_name", "fullname", "member_name", "membername"]
        ) { $0.string?.asMemberName }
        let balance = fields.first(
            mapping.balance, names: ["balance", "points", "points_balance", "saldo", "puntos"], asBalance)
        let rewards = fields.first([], names: ["Rewards"], \.array) ?? []
        return .found(
            Member(
                id: id, name: name ?? text.name(in: displayText), balance: balance ?? text.balance(in: displayText),
                displayText: displayText, rewards: Self.bounded(rewards)))
    }

    private func asBalance(_ value: JSONValue) -> Decimal? {
        switch value {
        case .number(let number): number.isNaN ? nil : number
        case .string(let written): text.balance(ofField: written)
        case .null, .bool, .array, .object: nil
        }
    }

    /// The rewards from the first on that fit into the limits, each whole and untouched.
    private static func bounded(_ rewards: [JSONValue]) -> [JSONValue] {
        var writer = JSONWriter()
        writer.beginArray()
        var kept: [JSONValue] = []
        for reward in rewards.prefix(Member.maxRewards) {
            writer.value(reward)
            guard writer.bytes.count < Member.maxRewardsBytes else { break }
            kept.append(reward)
        }
        return kept
    }
}

extension JSONValue {
    /// Text as it is; a whole number's digits, since some servers send ids as numbers.
    fileprivate var asMemberID: String? {
        switch self {
        case .string(let text):
            let isUsable =
                !text.trimmingWhitespace().isEmpty && text.utf8.count <= Member.maxIDBytes && !text.hasControlCharacter
            return isUsable ? text : nil
        case .number(let number):
            let digits = "\(number)"
            return digits.utf8.count <= 40 && digits.utf8.allSatisfy(\.isASCIIDigit) ? digits : nil
        case .null, .bool, .array, .object:
            return nil
        }
    }
}
