import FoundationEssentials
import FuzzSupport
import JSON

@testable import Loyalty

private let mappings: [(mapping: MappingSettings, locale: String)] = [
    (MappingSettings(), ""), (MappingSettings(), "es"), (MappingSettings(), "en"),
    (
        MappingSettings(
            memberID: ["data.id", "id"], name: ["data.name"], balance: ["data.points"],
            namePattern: #"Hola (?<name>[^,]*)"#, balancePattern: #"(?<balance>-?[0-9., ]+)"#), "fr"
    ),
]

/// Any body as the member endpoint's answer: an outcome within the limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswers(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    let (mapping, locale) = mappings[Int(flags & 3)]
    guard let reader = try? AnswerReader(mapping: mapping, locale: locale) else {
        finding("a mapping that cannot be used: \(mapping)")
    }
    let status = flags & 0x80 == 0 ? 200 : 100 + Int(input.byte()) * 4
    let body = input.rest()
    let outcome = reader.outcome(of: EndpointAnswer(status: status, body: body))
    require((outcome.status == .found) == (outcome.member != nil), "\(outcome) with or without a member")
    if let member = outcome.member {
        require(status == 200, "found by status \(status)")
        check(member)
    }
    if let value = try? JSONValue(parsing: body) { checkWriting(value) }
    return 0
}

private func check(_ member: Member) {
    require((1...Member.maxIDBytes).contains(member.id.utf8.count), "an id of \(member.id.utf8.count) bytes")
    require(!hasControlCharacter(member.id), "a control character in the id")
    if let name = member.name {
        require((1...Member.maxNameBytes).contains(name.utf8.count), "a name of \(name.utf8.count) bytes")
        require(!hasControlCharacter(name), "a control character in the name")
    }
    require(member.displayText.utf8.count <= Member.maxDisplayTextBytes, "a long display text")
    require(member.balance.map { $0.isFinite } ?? true, "a balance that is no number")
    var writer = JSONWriter()
    writer.value(.array(member.rewards))
    require(member.rewards.count <= Member.maxRewards, "\(member.rewards.count) rewards")
    require(writer.bytes.count <= Member.maxRewardsBytes, "rewards of \(writer.bytes.count) bytes")
}

private func hasControlCharacter(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
}

private func checkWriting(_ value: JSONValue) {
    var writer = JSONWriter()
    writer.value(value)
    guard let read = try? JSONValue(parsing: writer.bytes) else {
        finding("what was written is no JSON: \(String(decoding: writer.bytes, as: UTF8.self))")
    }
    require(read == value, "written and read again it differs: \(String(decoding: writer.bytes, as: UTF8.self))")
}

@_cdecl("FuzzAnswers_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
