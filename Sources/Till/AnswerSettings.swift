/// What whoever hands in a purchase is told, and when. Stands in `[till]`, and holds for the method `purchase` as well.
public struct AnswerSettings: Equatable, Sendable {
    /// The times that can be set, in milliseconds.
    public static let answerRange = 100...30_000
    public static let maxQueuedTextBytes = 1024

    /// How long the provider's answer is waited for, in milliseconds.
    public var answerMilliseconds = 3000
    /// What is printed where it does not come in time.
    public var queuedText: String

    /// - Parameter locale: The language of the text, as `[endpoint]` has it; English for one that is not known.
    public init(locale: String = "") {
        let language = locale.prefix { $0 != "-" }.lowercased()
        queuedText = Self.queuedTexts[language] ?? Self.english
    }

    private static let english = "Your points will be added later."
    private static let queuedTexts = [
        "ca": "Els seus punts se sumaran més tard.", "de": "Ihre Punkte werden später gutgeschrieben.",
        "es": "Sus puntos se sumarán más tarde.", "fr": "Vos points seront ajoutés plus tard.",
        "gl": "Os seus puntos sumaranse máis tarde.", "it": "I suoi punti saranno aggiunti più tardi.",
        "pt": "Os seus pontos serão adicionados mais tarde.",
    ]
}
