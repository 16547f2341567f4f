import FoundationEssentials
import Testing

@testable import Bridge

/// What is remembered of balances, and who is asked about anew.
@Suite("Bridge: balances")
struct BalanceTests {
    @Test("a balance is known by each of the member's ids until another is told")
    func book() {
        var book = BalanceBook()
        #expect(book.balance(of: "a") == nil)
        book.note(5, of: ["a", "card-1", "a"])
        #expect(book.balance(of: "a") == 5 && book.balance(of: "card-1") == 5)
        book.note(7, of: ["a"])
        #expect(book.balance(of: "a") == 7 && book.balance(of: "card-1") == 5)
        // An answer without a number is one as well.
        book.note(nil, of: ["a"])
        #expect(book.balance(of: "a") == nil)
    }

    @Test("only the members that were asked about last are remembered")
    func boundedBook() {
        var book = BalanceBook()
        for number in 0..<5000 {
            book.note(Decimal(number), of: ["m\(number)"])
            // This one comes again and again.
            book.note(1, of: ["often"])
        }
        let known = (0..<5000).filter { book.balance(of: "m\($0)") != nil }
        #expect(known == Array((5000 - 511)..<5000))
        #expect(book.balance(of: "often") == 1)
    }

    @Test("a member is asked about once at a time, and what follows meanwhile is one question more")
    func coalescing() {
        var refreshes = BalanceRefreshes()
        refreshes.accepted("a", "S-1")
        refreshes.accepted("a", "S-2")
        #expect(refreshes.next() == .init(member: "a", sale: "S-2"))
        refreshes.accepted("a", "S-3")
        refreshes.accepted("b", "S-4")
        refreshes.accepted("a", "S-5")
        #expect(refreshes.next() == .init(member: "b", sale: "S-4"), "another one need not wait")
        #expect(refreshes.next() == nil)
        refreshes.ended("a")
        #expect(refreshes.next() == .init(member: "a", sale: "S-5"))
        refreshes.ended("a")
        refreshes.ended("b")
        #expect(refreshes.next() == nil)
    }

    @Test("a backlog asks about a few members together, in order, and is bounded")
    func bounded() {
        var refreshes = BalanceRefreshes()
        for number in 0..<3000 { refreshes.accepted("m\(number)", "S") }
        var asked: [String] = []
        while let refresh = refreshes.next() { asked.append(refresh.member) }
        #expect(asked == ["m0", "m1", "m2", "m3"])
        while let first = asked.first {
            refreshes.ended(first)
            asked.removeFirst()
            if let refresh = refreshes.next() { asked.append(refresh.member) }
            #expect(asked.count <= 4)
            if asked == ["m1023"] { break }
        }
        #expect(asked == ["m1023"])
        refreshes.ended("m1023")
        #expect(refreshes.next() == nil)
    }
}
