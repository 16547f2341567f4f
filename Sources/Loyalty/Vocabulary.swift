/// The words by which a display text is understood: Spanish, Catalan, Portuguese, Galician, Basque, French, Italian, German and
/// English, all in one, since a shop's texts need not be in the language of its numbers.
///
/// Everything is in lower case. Phrases are words with single spaces. A word that is missing makes a result null; one that is
/// too many makes it wrong. So what stands here is what such texts are known to say.
enum Vocabulary {
    /// What is counted; also `Puntos: 350`.
    static let units: Set<String> = [
        "punto", "puntos", "punt", "punts", "ponto", "pontos", "point", "points", "pt", "pts", "puntu", "puntuak",
        "puntuz",
        "puntukoa", "punti", "punkt", "punkte", "punkten", "sello", "sellos", "segell", "segells", "stamp", "stamps",
        "selo",
        "selos", "carimbo", "carimbos", "bollino", "bollini", "tampon", "tampons", "stempel", "zigilu", "zigiluak",
    ]

    /// What may stand between a number and its unit.
    static let unitAdjectives: Set<String> = ["accumulated", "available", "loyalty", "reward", "total"]

    /// What stands before a balance without a unit, as the last word of its label.
    static let labels: Set<String> = [
        "saldo", "saldoa", "balance", "solde", "guthaben", "kontostand", "punktestand", "punktekonto", "punktesaldo",
        "puntuazioa",
    ]

    /// What may stand between a label and its number, beside units: `saldo actual de puntos es de`.
    static let labelFillers: Set<String> = [
        "actual", "disponible", "disponibles", "total", "totales", "totals", "totali", "totaux", "acumulado",
        "acumulados",
        "acumulada", "acumuladas", "acumulat", "acumulats", "de", "di", "des", "en", "in", "es", "és", "é", "è", "is",
        "est",
        "ist", "da", "beträgt", "atual", "disponível", "disponíveis", "dispoñible", "dispoñibles", "current",
        "available",
        "actuel", "attuale", "disponibile", "disponibili", "aktuell", "ahora", "now", "currently", "dels", "dos", "el",
    ]

    /// Words that hold a number with a unit right behind them: `tienes 257 puntos`.
    static let holds: Set<String> = [
        "tienes", "tiene", "tenéis", "tienen", "dispones", "dispone", "disponéis", "acumulas", "acumula", "llevas",
        "lleva",
        "tens", "té", "teniu", "tenen", "disposes", "disposa", "disposeu", "acumules", "portes", "tem", "têm", "possui",
        "possuis", "tés", "ten", "tes", "tedes", "have", "has", "you've", "you’ve", "avez", "as", "disposez", "cumulez",
        "hai", "ha", "avete", "possiedi", "possiede", "disponi", "hast", "hat", "haben", "besitzt", "besitzen",
    ]

    /// What may follow such a word: `tienes ya un total de`. `du hast`, but also `hast du` and `haben Sie`.
    static let holdFillers: Set<String> = [
        "ya", "ahora", "actualmente", "un", "total", "de", "en", "acumulados", "acumuladas", "solo", "sólo", "ja",
        "ara",
        "actualment", "acumulats", "só", "agora", "atualmente", "um", "now", "currently", "already", "only", "just",
        "a",
        "of", "got", "déjà", "actuellement", "au", "maintenant", "attualmente", "già", "ora", "totale", "di", "in",
        "aktuell",
        "derzeit", "jetzt", "bereits", "insgesamt", "momentan", "du", "sie", "ihr", "saldo", "balance", "solde", "the",
        "xa",
    ]

    /// Basque says it behind: `257 puntu dituzu`.
    static let holdsBehind: Set<String> = ["dituzu", "dauzkazu", "ditu", "dauzka", "duzu"]

    /// Anywhere in front of it in the sentence, these make a number something else than the balance: conditions and purchases.
    static let sentenceDoubts: Set<String> = [
        "si", "cuando", "cuándo", "if", "when", "wenn", "quan", "quand", "quando", "se", "compra", "purchase", "achat",
        "einkauf", "acquisto", "erosketa",
    ]

    /// In front of it in the same clause: negations, what is nearly so, what is old.
    static let clauseDoubts: Set<String> = [
        "no", "not", "don't", "don’t", "non", "não", "nicht", "noch", "ne", "n'avez", "n’avez", "n'as", "n’as", "ez",
        "nunca",
        "never", "casi", "gairebé", "quase", "almost", "presque", "quasi", "fast", "ia", "pronto", "soon", "aviat",
        "bientôt",
        "presto", "bald", "hasta", "fins", "até", "until", "up", "jusqu'à", "jusqu’à", "fino", "bis", "máximo",
        "mínimo",
        "maximum", "minimum", "anterior", "anteriores", "previous", "old", "last", "alter", "altes", "ancien",
        "précédent",
        "precedente", "vorheriger", "voriger", "aurreko", "inicial", "initial", "antes", "before", "avant", "vorher",
        "abans",
    ]

    /// Behind its unit in the same clause: what is to come, to go, or only added.
    static let trailingDoubts: Set<String> = [
        "más", "mas", "more", "més", "mais", "máis", "plus", "più", "mehr", "gehiago", "menos", "less", "menys",
        "moins",
        "meno", "weniger", "extra", "extras", "adicional", "adicionales", "additional", "bonus", "regalo", "hasta",
        "until",
        "fins", "até", "bis", "go", "llegar", "alcanzar", "reach", "atteindre", "away", "short", "pendiente",
        "pendientes", "pending", "pendents", "pendentes", "ausstehend", "attente", "attesa", "descuento", "discount",
        "nuevos",
        "caducados", "caduca", "caducan", "caducarán", "caduquen", "caducaran", "expira", "expiran", "expire",
        "expires",
        "expiring", "expirent", "expiram", "vence", "vencen", "vencem", "scadono", "scadenza", "verfallen", "iraungi",
        "ganados", "earned", "gagnés", "guadagnati", "gesammelt", "perdidos", "canjeados", "redeemed", "gastados",
        "spent",
        "off",
    ]

    /// In a text that is but a name and a number: none of these is about a balance.
    static let bareDoubts: Set<String> = [
        "ganado", "ganas", "ganaste", "gana", "ganar", "sumado", "sumas", "suma", "conseguido", "consigue", "obtenido",
        "obtienes", "obtén", "recibido", "recibes", "recibe", "falta", "faltan", "necesitas", "necesita", "restan",
        "quedan",
        "caducan", "canjea", "canjeado", "gastado", "usado", "llega", "alcanza", "premio", "próximo", "regalo",
        "recompensa",
        "objetivo", "meta", "nivel", "cada", "desde", "guanyat", "guanyes", "falten", "necessites", "caduquen",
        "proper",
        "premi", "regal", "cada", "ganhou", "ganhaste", "faltam", "precisa", "prémio", "prêmio", "gañaches", "earned",
        "earn",
        "need", "needs", "missing", "reward", "next", "redeem", "redeemed", "spent", "used", "worth", "every", "gagné",
        "manque", "manquent", "faut", "cadeau", "reste", "guadagnato", "mancano", "servono", "prossimo", "gesammelt",
        "verdient", "fehlen", "brauchst", "prämie", "nächste", "irabazi", "zaizkizu", "café", "gratis", "free",
    ]

    /// Join two numbers that stand side by side: `257 puntos y 3 sellos`.
    static let conjunctions: Set<String> = ["y", "e", "i", "and", "et", "und", "eta", "o", "or", "ou", "oder", "edo"]

    /// What a greeting may begin with, longest first where one begins another.
    static let greetings: [[String]] = [
        "hola de nuevo", "hola otra vez", "hola", "buenos días", "buenas tardes", "buenas noches", "buenas",
        "bienvenido de nuevo", "bienvenida de nuevo", "bienvenido", "bienvenida", "gracias", "muchas gracias",
        "enhorabuena", "felicidades", "estimado", "estimada", "querido", "querida", "bon dia", "bona tarda", "bona nit",
        "benvingut de nou", "benvinguda de nou", "benvingut", "benvinguda", "gràcies", "moltes gràcies", "felicitats",
        "olá", "ola", "oi", "bom dia", "boa tarde", "boa noite", "bem-vindo de volta", "bem-vinda de volta",
        "bem-vindo",
        "bem-vinda", "obrigado", "obrigada", "parabéns", "bos días", "boas tardes", "benvido", "benvida", "grazas",
        "kaixo",
        "ongi etorri", "egun on", "arratsalde on", "gabon", "eskerrik asko", "zorionak", "bonjour", "bonsoir", "salut",
        "bienvenue", "merci", "félicitations", "cher", "chère", "ciao", "buongiorno", "buonasera", "salve",
        "bentornato",
        "bentornata", "benvenuto", "benvenuta", "grazie", "complimenti", "caro", "cara", "hallo", "guten tag",
        "guten morgen",
        "guten abend", "herzlich willkommen", "willkommen zurück", "willkommen", "grüß gott", "servus", "moin", "danke",
        "liebe", "lieber", "hello again", "hello", "hi", "hey", "welcome back", "welcome", "good morning",
        "good afternoon",
        "good evening", "dear", "thank you", "thanks", "congratulations",
    ].map { $0.split(separator: " ").map(String.init) }.sorted { $0.count > $1.count }

    /// Titles before a name, which are no part of it.
    static let titles: Set<String> = [
        "sr", "sra", "srta", "sr/a", "señor", "señora", "señorita", "don", "doña", "d", "d.", "dª", "dña", "mr", "mrs",
        "ms", "miss",
        "herr", "frau", "monsieur", "madame", "mme", "mlle", "sig", "signor", "signora", "senyor", "senyora", "senhor",
        "senhora",
    ]

    /// What stands before a name with a colon: `Cliente: Anna Puig`.
    static let nameLabels: Set<String> = [
        "nombre", "name", "cliente", "client", "socio", "socia", "soci", "sòcia", "titular", "nom", "nome", "customer",
        "member", "kunde", "kundin", "mitglied", "izena", "bazkidea", "sócio", "sócia",
    ]

    /// Stand inside of names, mostly in lower case.
    static let particles: Set<String> = [
        "de", "del", "dels", "de'", "la", "las", "los", "el", "les", "da", "do", "dos", "das", "di", "della", "degli",
        "du",
        "des", "le", "van", "von", "vom", "zu", "der", "den", "ter", "ten", "bin", "ibn", "al", "y", "e", "i", "san",
        "santa",
    ]

    /// Words that no name holds, though they may begin with a capital. Together with all the words above.
    static let noNames: Set<String> = [
        "cliente", "clienta", "client", "clienti", "customer", "member", "membro", "membre", "socio", "socia", "soci",
        "sòcia",
        "sócio", "sócia", "amigo", "amiga", "amic", "amico", "ami", "friend", "usuario", "usuari", "user", "utilizador",
        "kunde",
        "kundin", "kunden", "mitglied", "gast", "guest", "invitado", "invitada", "there", "all", "everybody", "todos",
        "tots",
        "señor", "señora", "usted", "ustedes", "ud", "vd", "vostè", "você", "vostede", "lei", "voi", "you", "vous",
        "tu", "tú",
        "sie", "ihr", "ihnen", "zu", "zuk", "tarjeta", "targeta", "cartão", "tarxeta", "carte", "carta", "karte",
        "card",
        "txartela", "club", "nivel", "nivell", "nível", "level", "niveau", "livello", "stufe", "oro", "plata", "bronce",
        "gold",
        "silver", "bronze", "premium", "vip", "total", "disponible", "disponibles", "acumulado", "acumulados", "feliz",
        "felices", "felicidades", "happy", "merry", "joyeux", "joyeuse", "bon", "bona", "bones", "boas", "buen",
        "buena", "frohe",
        "fröhliche", "buon", "buone", "cumpleaños", "navidad", "aniversari", "birthday", "christmas", "natal", "noël",
        "atención",
        "aviso", "oferta", "promoción", "promo", "descuento", "regalo", "premio", "cupón", "cupones", "coupon",
        "tienda", "shop",
        "sin", "sense", "sem", "sans", "senza", "ohne", "without", "no", "non", "error", "null", "undefined", "none",
        "nan",
        "desconocido", "unknown", "anónimo", "anonymous", "n.", "nº", "número", "number", "id", "código", "code",
        "programa",
        "program", "tus", "sus", "mis", "your", "my", "the", "el", "la", "los", "las", "les", "el", "els", "der", "die",
        "das",
        "o", "os", "il", "gli", "un", "una", "a", "an", "de", "con", "with", "por", "para", "for", "ya", "ahora", "hoy",
        "now",
        "today", "este", "esta", "this", "aquí", "here", "nuevo", "nueva", "nuevos", "new", "menú", "café", "gratis",
        "free",
        "also", "y", "and", "has", "actual", "current", "estado", "status", "sr", "sra",
    ]
}
