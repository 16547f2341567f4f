import FoundationEssentials
import Testing

@testable import Loyalty

/// What is read out of display texts: the reference's table, then texts that such programs write in nine languages, then texts
/// whose numbers must not be taken for a balance.
@Suite struct DisplayTextTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let name: String?
        let balance: Decimal?
        let locale: String

        init(_ text: String, _ name: String?, _ balance: String?, _ locale: String = "") {
            self.text = text
            self.name = name
            self.balance = balance.flatMap { Decimal(string: $0) }
            self.locale = locale
        }

        var testDescription: String { "\(text) [\(locale)]" }
    }

    private func expect(_ row: Row) throws {
        let reader = try DisplayTextReader(mapping: MappingSettings(), locale: row.locale)
        #expect(reader.name(in: row.text) == row.name)
        #expect(reader.balance(in: row.text) == row.balance)
    }

    @Test(arguments: [
        Row("Hola Marcos Gómez, tienes 257 puntos acumulados.", "Marcos Gómez", "257"),
        Row("¡Hola María José! Tienes 1.250 puntos", "María José", "1250", "es"),
        Row("¡Hola María José! Tienes 1.250 puntos", "María José", nil),
        Row("Anna Puig - 35,50 punts", "Anna Puig", "35.5"),
        Row("Bienvenido, José Ángel Núñez. Saldo: 12", "José Ángel Núñez", "12"),
        Row("Hello John O'Brien, you have 1,250 points", "John O'Brien", "1250", "en"),
        Row("Hello John O'Brien, you have 1,250 points", "John O'Brien", nil),
        Row("Puntos: 350", nil, "350"),
        Row("Sin saldo", nil, nil),
    ])
    func reference(_ row: Row) throws { try expect(row) }

    @Test(arguments: [
        Row("Hola Ana, tienes 3 sellos", "Ana", "3"),
        Row("Hola Ana María de la Cruz, tienes 257 puntos", "Ana María de la Cruz", "257"),
        Row("Hola Ana. Dispones de 12,5 puntos.", "Ana", "12.5"),
        Row("Hola Artur Mas, tienes 5 puntos", "Artur Mas", "5"),
        Row("Hola J. Pérez, tienes 5 puntos", "J. Pérez", "5"),
        Row("Hola Mª José, tienes 5 pts", "Mª José", "5"),
        Row("Hola Marcos tienes 257pts", "Marcos", "257"),
        Row("HOLA MARCOS GÓMEZ, TIENES 257 PUNTOS", "MARCOS GÓMEZ", "257"),
        Row("Hola Sr. García, su saldo actual es de 1.250,50 puntos", "García", "1250.5"),
        Row("Buenos días, Lucía: tienes ya un total de 20 puntos", "Lucía", "20"),
        Row("Bienvenida/o, tienes 20 puntos", nil, "20"),
        Row("Bienvenido/a Marcos Gómez. Tienes 20 puntos", "Marcos Gómez", "20"),
        Row("Cliente: Marcos Gómez\nPuntos: 257", "Marcos Gómez", "257"),
        Row("Nombre: Marcos Gómez. Saldo de puntos: 257", "Marcos Gómez", "257"),
        Row("Marcos Gómez\nSaldo: 257", "Marcos Gómez", "257"),
        Row("Marcos Gómez, tienes 257 puntos", "Marcos Gómez", "257"),
        Row("Saldo disponible: -12", nil, "-12"),
        Row("Total puntos: 257", nil, "257"),
        Row("257 puntos", nil, "257"),
        Row("Hola Ana 👋! Tienes 257 puntos", "Ana", "257"),
        Row("Saldo anterior: 200, saldo actual: 210", nil, "210"),
        Row("Has ganado 10 puntos. Tienes 257 puntos.", nil, "257"),
        Row("Has ganado 10 puntos y ahora tienes 257 puntos.", nil, "257"),
        Row("Tienes 257 puntos, te faltan 43 puntos para tu premio", nil, "257"),
        Row("Tienes 257 puntos (257 pts)", nil, "257"),
        Row("Saldo: 12 €", nil, "12"),
        Row("Hola Anna, tens 257 punts", "Anna", "257"),
        Row("Bon dia Núria Gil·la, disposes de 12 segells", "Núria Gil·la", "12"),
        Row(
            "Benvinguda, Montserrat Puig i Soler! El teu saldo és de 1.250 punts", "Montserrat Puig i Soler", "1250",
            "ca"),
        Row("Olá João da Silva, tem 257 pontos", "João da Silva", "257"),
        Row("Bem-vindo, Zé! O seu saldo é de 1.250,75 pontos", "Zé", "1250.75"),
        Row("Ola Xoán, tes 257 puntos", "Xoán", "257"),
        Row("Kaixo Ane, 257 puntu dituzu", "Ane", "257"),
        Row("Ongi etorri, Mikel Etxeberria. Saldoa: 1.250", "Mikel Etxeberria", "1250", "eu"),
        Row("Bonjour Marie-Claire Dupont, vous avez 1\u{202F}250 points", "Marie-Claire Dupont", "1250"),
        Row("Bonjour Hervé d'Estaing, votre solde est de 35,5 points", "Hervé d'Estaing", "35.5"),
        Row("Solde : 1 250 points", nil, "1250"),
        Row("Ciao Marco, hai 257 punti", "Marco", "257"),
        Row("Benvenuta Giulia De Rossi! Il tuo saldo è di 1.250 punti", "Giulia De Rossi", "1250", "it"),
        Row("Hallo Jürgen von der Heide, du hast 1.250 Punkte", "Jürgen von der Heide", "1250", "de"),
        Row("Guten Tag Frau Müller, Ihr Punktestand beträgt 257", "Müller", "257"),
        Row("Guten Tag Herr Müller, Sie haben 1’250 Punkte", "Müller", "1250", "de-CH"),
        Row("Welcome back, John! Your balance is 257 points.", "John", "257"),
        Row("Hi Zoë, you currently have 1,250.75 points", "Zoë", "1250.75"),
        Row("Welcome back! Points balance: 257", nil, "257"),
        Row("Anna Puig has 1,250 points", "Anna Puig", "1250", "en"),
        Row("Hello John you have 12 stamps", "John", "12"),
        Row("Hello John, you have 257 accumulated points.", "John", "257"),
    ])
    func languages(_ row: Row) throws { try expect(row) }

    @Test(arguments: [
        Row("Tienes 1.250 puntos", nil, nil), Row("Tienes 1,250 puntos", nil, nil),
        Row("Tienes 1,250 puntos", nil, "1.25", "es"), Row("Tienes 1.250 puntos", nil, "1.25", "en"),
        Row("Tienes 1,250 puntos", nil, "1250", "es-MX"), Row("Tienes 1,250 puntos", nil, "1250", "es_PR"),
        Row("Tienes 1.250 puntos", nil, "1250", "es-AR"), Row("Tienes 1.250 puntos", nil, nil, "fr"),
        Row("Tienes 1.250.000 puntos", nil, "1250000"), Row("Tienes 1,250,000 puntos", nil, "1250000"),
        Row("Tienes 1.250,00 puntos", nil, "1250"), Row("Tienes 1,250.00 puntos", nil, "1250", "es"),
        Row("Tienes 0,250 puntos", nil, "0.25"), Row("Tienes 1250.000 puntos", nil, "1250"),
        Row("Tienes 1'250 puntos", nil, "1250"), Row("Tienes 1\u{A0}250,5 puntos", nil, "1250.5"),
        Row("Tienes 1\u{2009}250 puntos", nil, "1250"), Row("Tienes 1 250 puntos", nil, "1250"),
        Row("Tienes 12 puntos", nil, "12"), Row("Tienes 12.05.2024 puntos", nil, nil),
        Row("Tienes 1.25.000 puntos", nil, nil), Row("Tienes 0012 puntos", nil, nil),
        Row("Tienes 1234567890123456 puntos", nil, nil), Row("Tienes 12.3456 puntos", nil, nil),
        Row("Tienes 0 puntos", nil, "0"),
    ])
    func numbers(_ row: Row) throws { try expect(row) }

    @Test(arguments: [
        "257 de 500 puntos", "Llevas 257 de 500 puntos", "Te faltan 43 puntos", "Has ganado 10 puntos",
        "Hola, has ganado 10 puntos", "Necesitas 100 puntos para un café", "Café gratis: 100 puntos",
        "Tienes 10 puntos más que ayer", "Tienes 43 puntos que caducan mañana", "Si compras hoy tienes 10 puntos",
        "No tienes 500 puntos", "Casi tienes 500 puntos", "Con esta compra tienes 10 puntos", "Puntos ganados: 10",
        "Saldo anterior: 200", "Puntos: 350/500", "Saldo: 12/05/2024", "Saldo: 12.05.2024", "Saldo: 12:30",
        "Saldo: 50%",
        "Tienes 257 puntos y 3 sellos", "Tienes 257 puntos. Saldo: 2,57 €", "Puntos: 350. Sellos: 3",
        "Tarjeta 12 250 puntos",
        "Tarjeta 1234 - 35 puntos 2", "Premio: 500 puntos", "Próximo premio a 500 puntos", "Tienes 3 cupones",
        "Falten 43 punts", "Has guanyat 10 punts", "Faltam 43 pontos", "Ganhou 10 pontos",
        "10 puntu irabazi dituzu hemen",
        "Il vous manque 43 points", "Vous avez gagné 10 points", "Ti mancano 43 punti", "Hai guadagnato 10 punti",
        "Ihnen fehlen 43 Punkte", "You earned 10 points", "You need 43 points", "You have 43 points to go",
        "You have earned 10 points", "10 points are worth £1", "Anna Puig -35 punts", "OW-257 puntos", "A257 puntos",
        "puntos", "", "   ", "Tienes ٢٥٧ puntos", "Tienes ² puntos", "Nivel Oro - 35 puntos", "Unlock 500 points today",
        "You have 10 new points", "Hallo Max, Sie haben 10 Punkte gesammelt",
    ])
    func nothingIsTakenForTheBalance(_ text: String) throws {
        let reader = try DisplayTextReader(mapping: MappingSettings(), locale: "es")
        #expect(reader.balance(in: text) == nil)
    }

    @Test(arguments: [
        "Hola, tienes 257 puntos", "Hola! Tienes 257 puntos", "Hola Cliente, tienes 257 puntos",
        "Hola amigo, tienes 257 puntos",
        "Estimado Socio, tienes 257 puntos", "Welcome back, you have 257 points", "Hello there, you have 257 points",
        "Bienvenido a Café Central", "Welcome to Starbucks", "Hola, Feliz Navidad! Tienes 257 puntos",
        "Usted tiene 257 puntos",
        "Vous avez 257 points", "Tarjeta Oro: 257 puntos", "Hola Marcos2, tienes 257 puntos",
        "Hola Marcos 2, tienes 3 puntos",
        "Hola Ana & Luis, tienes 257 puntos", "Hola ana@example.com, tienes 257 puntos", "Hola Ana/Luis",
        "Atención, tienes 3 puntos",
        "Hola Ana de vacaciones", "Saldo Actual: 12", "Puntos", "Hola null, tienes 0 puntos", "Gracias por venir",
        "Hello Ana's friend, you have 3 points", "Hola Uno Dos Tres Cuatro Cinco Seis Siete, tienes 3 puntos",
        "Hola Ana. Cliente: Berta Gil", "Hola <script>alert(1)</script>", "Enhorabuena! Has ganado 10 puntos",
    ])
    func nothingIsTakenForTheName(_ text: String) throws {
        let reader = try DisplayTextReader(mapping: MappingSettings(), locale: "es")
        #expect(reader.name(in: text) == nil)
    }

    @Test func oneSpellingOfAnAccentIsAsGoodAsAnother() throws {
        let decomposed = "Ola\u{301} Joa\u{303}o, te\u{302}m 257 pontos"
        let reader = try DisplayTextReader(mapping: MappingSettings(), locale: "pt")
        #expect(reader.name(in: decomposed) == "João")
        #expect(reader.balance(in: decomposed) == 257)
    }

    @Test(arguments: [
        String(repeating: "Hola ", count: 800), String(repeating: "1 ", count: 2000),
        String(repeating: "Hola A", count: 700),
        String(repeating: "tienes 1.", count: 500), String(repeating: "A'", count: 2000),
        String(repeating: ".", count: 4096),
        String(repeating: "\u{301}", count: 2000), String(repeating: "Saldo: ", count: 600),
        String(repeating: "(", count: 4096),
        "Hola " + String(repeating: "A", count: 4000) + ", tienes " + String(repeating: "9", count: 90) + " puntos",
    ])
    func hostileTextsGiveNothing(_ text: String) throws {
        let reader = try DisplayTextReader(mapping: MappingSettings(), locale: "es")
        #expect(reader.name(in: text) == nil)
        #expect(reader.balance(in: text) == nil)
    }

    // MARK: Configured patterns

    @Test func configuredPatternsTakeTheBuiltInOnesPlace() throws {
        let mapping = MappingSettings(namePattern: "^<(?<name>[^>]+)>", balancePattern: #"=\s*(?<balance>[-\d.,]+)"#)
        let reader = try DisplayTextReader(mapping: mapping, locale: "es")
        #expect(reader.name(in: "<  Marcos   Gómez > = 1.250") == "Marcos Gómez")
        #expect(reader.balance(in: "<x> = -1.250") == -1250)
        #expect(reader.name(in: "Hola Marcos, tienes 257 puntos") == nil)
        #expect(reader.balance(in: "Hola Marcos, tienes 257 puntos") == nil)
    }

    @Test(arguments: ["(", "abc", "(?<balance>x)"])
    func unusablePatternsAreRefused(_ pattern: String) {
        #expect(throws: SettingFault.self) { try MappingSettings(namePattern: pattern).check() }
    }

    @Test func aPatternThatNeverEndsIsGivenUp() throws {
        let mapping = MappingSettings(namePattern: "^(?<name>(a+)+)$")
        let reader = try DisplayTextReader(mapping: mapping, locale: "")
        #expect(reader.name(in: String(repeating: "a", count: 200) + "!") == nil)
    }
}
