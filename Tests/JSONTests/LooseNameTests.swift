import JSON
import Testing

@Suite("Members by a name that is written loosely")
struct LooseNameTests {
    /// An object, a name, and the number that its member has.
    @Test(
        arguments: [
            (#"{"MemberId":1}"#, "MemberId", 1), (#"{"memberid":1}"#, "MemberId", 1),
            (#"{"MEMBERID":1}"#, "memberId", 1),
            (#"{"Status:":1}"#, "Status", 1), (#"{"status :":1}"#, "Status", 1), (#"{" Status: ":1}"#, "Status", 1),
            (#"{"Status::":1}"#, "Status", 1), (#"{"Status":1}"#, "status:", 1),
            (#"{"DisplayText\t":1}"#, "DisplayText", 1),
            // The name as it is asked for comes first, then the least of those that differ.
            (#"{"status":1,"Status":2}"#, "Status", 2), (#"{"status":1,"Status":2}"#, "status", 1),
            (#"{"status":1,"STATUS":2}"#, "Status", 2), (#"{"STATUS":2,"status":1}"#, "Status", 2),
            // Null is as no member.
            (#"{"Status":null,"status":1}"#, "Status", 1), (#"{"Status":null}"#, "Status", nil),
            (#"{"status":null,"STATUS:":1}"#, "Status", 1),
            (#"{"Sta tus":1}"#, "Status", nil), (#"{"Status.":1}"#, "Status", nil), (#"{":Status":1}"#, "Status", nil),
            (#"{"Statu":1,"Statuss":1}"#, "Status", nil), ("{}", "Status", nil), ("[1]", "Status", nil),
            ("null", "Status", nil),
            (#""Status""#, "Status", nil), (#"{"":1}"#, "", 1), (#"{":":1}"#, "", 1), (#"{"É":1}"#, "é", 1),
        ] as [(String, String, Int64?)])
    func isFound(text: String, name: String, number: Int64?) throws {
        #expect(try JSONValue(parsing: text.utf8).loose(name)?.integer == number)
    }
}
