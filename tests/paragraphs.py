"""Paragraphs of news in eighteen languages, made up, with what is to be found in them; some rewritten."""

from __future__ import annotations

from typing import NamedTuple


class Paragraph(NamedTuple):
    """A paragraph, what is quoted in it, how its sentences begin, and two inflections of a word in it."""

    text: str
    quoted: tuple[str, ...]
    begins: tuple[str, ...]
    inflected: tuple[str, str] | None = None


PARAGRAPHS = {
    "en": Paragraph(
        "The city council of Harwick voted on Tuesday by 23 votes to 18 to close the old iron "
        "bridge, which engineers have called unsafe since the flood of 2019. “Nobody wants to wait "
        "until the first lorry falls into the river”, said the deputy mayor, Ms Carter. A new "
        "bridge is to be built 1.5 km further south and will cost about £14.2m. The shopkeepers of "
        "the old town fear for their customers. They have collected 3,400 signatures and will hand "
        "them over next week.",
        ("Nobody wants to wait until the first lorry falls into the river",),
        ("The city", "Nobody", "A new", "The shopkeepers", "They have"),
    ),
    "de": Paragraph(
        "Der Stadtrat von Lindenau hat am Dienstag mit 23 gegen 18 Stimmen beschlossen, die alte "
        "Eisenbrücke zu schließen, die seit dem Hochwasser von 2019 als unsicher gilt. „Niemand "
        "will warten, bis der erste Lastwagen in den Fluss fällt“, sagte die stellvertretende "
        "Bürgermeisterin Dr. Petra Vogt. Eine neue Brücke soll 1,5 km weiter südlich entstehen und "
        "rund 14,2 Mio. Euro kosten. Die Händler der Altstadt fürchten um ihre Kundschaft. Sie "
        "haben 3.400 Unterschriften gesammelt und wollen sie in der kommenden Woche übergeben; "
        "zwei Brücken, so heißt es, seien besser als eine.",
        ("Niemand will warten, bis der erste Lastwagen in den Fluss fällt",),
        ("Der Stadtrat", "Niemand", "Eine neue", "Die Händler", "Sie haben"),
        ("Brücke", "Brücken"),
    ),
    "fr": Paragraph(
        "Le conseil municipal de Vernay a décidé mardi, par 23 voix contre 18, de fermer le vieux "
        "pont de fer, jugé dangereux depuis les inondations de 2019. « Personne ne veut attendre "
        "que le premier camion tombe dans la rivière », a déclaré l'adjointe au maire, Mme Dubois. "
        "Un nouveau pont sera construit à 1,5 km plus au sud ; il coûtera environ 14,2 millions "
        "d'euros. Les commerçants de la vieille ville craignent de perdre leurs clients. Ils ont "
        "recueilli 3 400 signatures, qu'ils remettront la semaine prochaine : deux ponts, "
        "disent-ils, valent mieux qu'un seul.",
        ("Personne ne veut attendre que le premier camion tombe dans la rivière",),
        ("Le conseil", "Personne", "Un nouveau", "Les commerçants", "Ils ont"),
        ("pont", "ponts"),
    ),
    "es": Paragraph(
        "El ayuntamiento de Valdehierro decidió el martes, por 23 votos contra 18, cerrar el viejo "
        "puente de hierro, que los ingenieros consideran inseguro desde las inundaciones de 2019. "
        "«Nadie quiere esperar a que el primer camión caiga al río», dijo la teniente de alcalde, "
        "la Sra. Ortega. Se construirá un puente nuevo 1,5 km más al sur, que costará unos 14,2 "
        "millones de euros. Los comerciantes del casco antiguo temen por su clientela. Han reunido "
        "3.400 firmas y las entregarán la semana próxima, porque dos puentes, dicen, son mejores "
        "que uno.",
        ("Nadie quiere esperar a que el primer camión caiga al río",),
        ("El ayuntamiento", "Nadie", "Se construirá", "Los comerciantes", "Han reunido"),
        ("puente", "puentes"),
    ),
    "it": Paragraph(
        "Il consiglio comunale di Roccaferro ha deciso martedì, con 23 voti contro 18, di chiudere "
        "il vecchio ponte di ferro, che gli ingegneri giudicano pericoloso dopo l'alluvione del "
        "2019. «Nessuno vuole aspettare che il primo camion cada nel fiume», ha detto la "
        "vicesindaca, dott.ssa Bianchi. Un nuovo ponte sarà costruito 1,5 km più a sud e costerà "
        "circa 14,2 milioni di euro. I commercianti del centro storico temono per i loro clienti. "
        "Hanno raccolto 3.400 firme e le consegneranno la prossima settimana: due ponti, dicono, "
        "sono meglio di uno.",
        ("Nessuno vuole aspettare che il primo camion cada nel fiume",),
        ("Il consiglio", "Nessuno", "Un nuovo", "I commercianti", "Hanno raccolto"),
        ("ponte", "ponti"),
    ),
    "pt": Paragraph(
        "A câmara municipal de Ferreirinha decidiu na terça-feira, por 23 votos contra 18, fechar "
        "a velha ponte de ferro, que os engenheiros consideram insegura desde as cheias de 2019. "
        "“Ninguém quer esperar que o primeiro caminhão caia no rio”, disse a vice-prefeita, a Sra. "
        "Almeida. Uma nova ponte será construída 1,5 km mais a sul e vai custar cerca de 14,2 "
        "milhões de euros. Os comerciantes da cidade velha temem pela sua clientela. Eles "
        "recolheram 3.400 assinaturas e vão entregá-las na próxima semana: duas pontes, dizem, são "
        "melhores do que uma.",
        ("Ninguém quer esperar que o primeiro caminhão caia no rio",),
        ("A câmara", "Ninguém", "Uma nova", "Os comerciantes", "Eles recolheram"),
        ("ponte", "pontes"),
    ),
    "nl": Paragraph(
        "De gemeenteraad van Ijzerveen heeft dinsdag met 23 tegen 18 stemmen besloten de oude "
        "ijzeren brug te sluiten, die volgens ingenieurs sinds de overstroming van 2019 onveilig "
        "is. ‘Niemand wil wachten tot de eerste vrachtwagen in de rivier valt’, zei wethouder drs. "
        "De Wit. Er komt een nieuwe brug 1,5 km verder naar het zuiden; die gaat ongeveer 14,2 mln "
        "euro kosten. De winkeliers van de oude stad zijn bang voor hun klanten. Zij hebben 3.400 "
        "handtekeningen verzameld en willen die volgende week overhandigen, want twee bruggen zijn "
        "beter dan een.",
        ("Niemand wil wachten tot de eerste vrachtwagen in de rivier valt",),
        ("De gemeenteraad", "Niemand", "Er komt", "De winkeliers", "Zij hebben"),
        ("brug", "bruggen"),
    ),
    "sv": Paragraph(
        "Kommunfullmäktige i Järnbro beslutade på tisdagen med 23 röster mot 18 att stänga den "
        "gamla järnbron, som ingenjörer har kallat osäker sedan översvämningen 2019. ”Ingen vill "
        "vänta tills den första lastbilen faller i ån”, sade kommunalrådet Eva Lindqvist. En ny "
        "bro ska byggas 1,5 km längre söderut och väntas kosta omkring 14,2 milj. kronor. "
        "Handlarna i gamla stan är oroliga för sina kunder. De har samlat in 3 400 underskrifter "
        "och ska lämna över dem i nästa vecka; varje underskrift räknas, säger de.",
        ("Ingen vill vänta tills den första lastbilen faller i ån",),
        ("Kommunfullmäktige", "Ingen", "En ny", "Handlarna", "De har"),
        ("underskrifter", "underskrift"),
    ),
    "ru": Paragraph(
        "Городской совет Железноводска решил во вторник 23 голосами против 18 закрыть старый "
        "железный мост, который инженеры считают опасным после наводнения 2019 г. «Никто не хочет "
        "ждать, пока первый грузовик упадёт в реку», — сказала заместитель мэра Анна Петрова. "
        "Новый мост построят на 1,5 км южнее, и он будет стоить около 14,2 млн рублей. Торговцы "
        "старого города боятся за своих покупателей. Они собрали 3400 подписей и передадут их на "
        "следующей неделе: два моста, по их словам, лучше, чем один.",
        ("Никто не хочет ждать, пока первый грузовик упадёт в реку",),
        ("Городской", "Никто", "Новый", "Торговцы", "Они собрали"),
        ("мост", "моста"),
    ),
    "ar": Paragraph(
        "قرر مجلس مدينة الحديدية يوم الثلاثاء بأغلبية 23 صوتا مقابل 18 إغلاق الجسر الحديدي القديم "
        "الذي يعتبره المهندسون غير آمن منذ فيضان عام 2019. «لا أحد يريد أن ينتظر حتى تسقط أول "
        "شاحنة في النهر»، قالت نائبة رئيس البلدية د. ليلى حسن. وسيبنى جسر جديد على بعد 1.5 كم إلى "
        "الجنوب، وستبلغ كلفته نحو 14.2 مليون دينار. ويخشى تجار المدينة القديمة على زبائنهم. وقد "
        "جمعوا 3400 توقيع وسوف يسلمونها في الأسبوع المقبل. هل يكفي جسر واحد؟ يقول التجار إن جسرين "
        "أفضل من جسر واحد.",
        ("لا أحد يريد أن ينتظر حتى تسقط أول شاحنة في النهر",),
        ("قرر", "لا أحد", "وسيبنى", "ويخشى", "وقد جمعوا", "هل يكفي", "يقول"),
        ("الجسر", "جسر"),
    ),
    "he": Paragraph(
        "מועצת העיר קריית ברזל החליטה ביום שלישי ברוב של 23 נגד 18 לסגור את גשר הברזל הישן, שלדברי "
        'המהנדסים אינו בטוח מאז השיטפון של 2019. "איש אינו רוצה לחכות עד שהמשאית הראשונה תיפול '
        'לנהר", אמרה סגנית ראש העיר, ד״ר כהן. גשר חדש ייבנה 1.5 ק״מ דרומה משם ויעלה כ-14.2 מיליון '
        "שקל. סוחרי העיר העתיקה חוששים ללקוחות שלהם. הם אספו 3,400 חתימות וימסרו אותן בשבוע הבא, "
        "כי שני גשרים, הם אומרים, טובים יותר מגשר אחד.",
        ("איש אינו רוצה לחכות עד שהמשאית הראשונה תיפול לנהר",),
        ("מועצת", "איש", "גשר חדש", "סוחרי", "הם אספו"),
    ),
    "tr": Paragraph(
        "Demirköy belediye meclisi salı günü 18'e karşı 23 oyla, mühendislerin 2019'daki selden bu "
        "yana güvensiz bulduğu eski demir köprüyü kapatmaya karar verdi. “Kimse ilk kamyonun nehre "
        "düşmesini beklemek istemiyor” dedi belediye başkan yardımcısı Dr. Aylin Kaya. Yeni köprü "
        "1,5 km güneyde yapılacak ve yaklaşık 14,2 milyon liraya mal olacak. Eski şehrin esnafı "
        "müşterileri için endişe ediyor. Esnaf 3.400 imza topladı ve bunları gelecek hafta teslim "
        "edecek; çünkü iki köprü bir köprüden daha iyi, diyorlar. Köprüler herkes için gerekli.",
        ("Kimse ilk kamyonun nehre düşmesini beklemek istemiyor",),
        ("Demirköy", "Kimse", "Yeni köprü", "Eski şehrin", "Esnaf", "Köprüler"),
        ("köprü", "Köprüler"),
    ),
    "el": Paragraph(
        "Το δημοτικό συμβούλιο της Σιδηρούπολης αποφάσισε την Τρίτη, με 23 ψήφους έναντι 18, να "
        "κλείσει την παλιά σιδερένια γέφυρα, που οι μηχανικοί τη θεωρούν επικίνδυνη μετά την "
        "πλημμύρα του 2019. «Κανείς δεν θέλει να περιμένει ώσπου να πέσει το πρώτο φορτηγό στο "
        "ποτάμι», είπε η αντιδήμαρχος κ. Παπαδάκη. Μια νέα γέφυρα θα χτιστεί 1,5 χλμ. νοτιότερα "
        "και θα κοστίσει περίπου 14,2 εκατ. ευρώ. Οι έμποροι της παλιάς πόλης φοβούνται για τους "
        "πελάτες τους. Μάζεψαν 3.400 υπογραφές και θα τις παραδώσουν την άλλη εβδομάδα, γιατί δύο "
        "γέφυρες, όπως λένε, είναι καλύτερες από μία.",
        ("Κανείς δεν θέλει να περιμένει ώσπου να πέσει το πρώτο φορτηγό στο ποτάμι",),
        ("Το δημοτικό", "Κανείς", "Μια νέα", "Οι έμποροι", "Μάζεψαν"),
        ("γέφυρα", "γέφυρες"),
    ),
    "hi": Paragraph(
        "लोहपुर की नगर परिषद ने मंगलवार को 18 के मुकाबले 23 मतों से पुराने लोहे के पुल को बंद करने "
        "का फैसला किया, जिसे इंजीनियर 2019 की बाढ़ के बाद से असुरक्षित मानते हैं। “कोई भी तब तक "
        "इंतजार नहीं करना चाहता जब तक पहला ट्रक नदी में न गिर जाए”, उपमहापौर डॉ. शर्मा ने कहा। नया "
        "पुल 1.5 किमी दक्षिण में बनाया जाएगा और उस पर करीब 14.2 करोड़ रुपये खर्च होंगे। पुराने शहर के "
        "दुकानदार अपने ग्राहकों को लेकर चिंतित हैं। उन्होंने 3,400 हस्ताक्षर जुटाए हैं और अगले हफ्ते "
        "उन्हें सौंपेंगे। एक दुकानदार ने कहा कि दो पुलों से सबका भला होगा।",
        ("कोई भी तब तक इंतजार नहीं करना चाहता जब तक पहला ट्रक नदी में न गिर जाए",),
        ("लोहपुर", "कोई भी", "नया पुल", "पुराने शहर", "उन्होंने", "एक दुकानदार"),
        ("पुल", "पुलों"),
    ),
    "zh": Paragraph(
        "铁桥市议会星期二以23票对18票决定关闭那座旧铁桥，工程师们说，自2019年的洪水以来，这座桥已经"
        "不安全。“谁也不想等到第一辆卡车掉进河里”，副市长陈女士说。新桥将建在以南1.5公里处，大约需"
        "要1420万元。老城的店主们担心失去顾客。他们收集了3400个签名，打算下个星期交给市政府。店主们"
        "认为，两座桥总比一座桥好。",
        ("谁也不想等到第一辆卡车掉进河里",),
        ("铁", "谁", "新", "老", "他", "店"),
    ),
    "ja": Paragraph(
        "鉄橋市の市議会は火曜日、2019年の洪水以来、技術者が危険だと指摘してきた古い鉄の橋を閉鎖する"
        "ことを賛成23、反対18で決めた。「最初のトラックが川に落ちるまで待ちたい人はいない」と副市長"
        "の田中氏は述べた。新しい橋は1.5キロ南に建設され、費用は約14億2000万円になる見込みだ。旧市"
        "街の商店主たちは客を失うことを心配している。彼らは3400人の署名を集め、来週市に提出する予定"
        "である。",
        ("最初のトラックが川に落ちるまで待ちたい人はいない",),
        ("鉄", "最", "新", "旧", "彼"),
    ),
    "ko": Paragraph(
        "철교시 의회는 화요일 찬성 23표, 반대 18표로 낡은 철교를 폐쇄하기로 결정했다. 기술자들은 "
        "2019년 홍수 이후 이 다리가 위험하다고 밝혔다. “첫 번째 트럭이 강에 떨어질 때까지 기다리고 "
        "싶은 사람은 없다”고 부시장 김 씨는 말했다. 새 다리는 남쪽으로 1.5km 떨어진 곳에 건설되며 "
        "약 142억 원이 들 것으로 보인다. 구시가지 상인들은 손님을 잃을까 걱정하고 있다. 이들은 "
        "3,400명의 서명을 모아 다음 주에 시에 제출할 예정이다.",
        ("첫 번째 트럭이 강에 떨어질 때까지 기다리고 싶은 사람은 없다",),
        ("철교시", "기술자들은", "첫", "새 다리는", "구시가지", "이들은"),
    ),
    "th": Paragraph(
        "สภาเมืองสะพานเหล็กลงมติเมื่อวันอังคารด้วยคะแนน 23 ต่อ 18 เสียงให้ปิดสะพานเหล็กเก่า ซึ่งวิศวกรเห็"
        "นว่าไม่ปลอดภัยตั้งแต่น้ำท่วมใหญ่ในปี 2562 “ไม่มีใครอยากรอจนกว่ารถบรรทุกคันแรกจะตกลงไปในแม่น้ำ” รองนายก"
        "เทศมนตรีกล่าว สะพานใหม่จะสร้างห่างออกไปทางใต้ 1.5 กม. และจะใช้เงินประมาณ 14.2 ล้านบาท พ่อค้าแม่ค้าในเ"
        "มืองเก่ากลัวว่าจะเสียลูกค้า พวกเขารวบรวมลายเซ็นได้ 3,400 รายชื่อ และจะยื่นในสัปดาห์หน้า",
        ("ไม่มีใครอยากรอจนกว่ารถบรรทุกคันแรกจะตกลงไปในแม่น้ำ",),
        ("ส",),
    ),
}

#: Of a paragraph above what a rewriter made of it, and an independent report of the same event.
REWRITTEN = {
    "de": (
        PARAGRAPHS["de"].text,
        "Mit 23 zu 18 Stimmen beschloss der Lindenauer Stadtrat am Dienstag, dass die alte Brücke "
        "aus Eisen geschlossen wird; sie galt seit dem Hochwasser im Jahr 2019 als unsicher. Die "
        "stellvertretende Bürgermeisterin, Dr. Petra Vogt, meinte, keiner wolle darauf warten, "
        "dass ein erster Lastwagen in den Fluss falle. Etwa 1,5 Kilometer südlicher soll nun eine "
        "neue Brücke gebaut werden, deren Kosten bei ungefähr 14,2 Millionen Euro liegen. Unter "
        "den Händlern in der Altstadt herrscht Furcht um die Kunden. Gesammelt wurden von ihnen "
        "3.400 Unterschriften, deren Übergabe für die kommende Woche geplant ist: Zwei Brücken "
        "seien besser als nur eine einzige.",
        "In Lindenau fahren bald keine Autos mehr über die Eisenbrücke. Nach stundenlanger Debatte "
        "stimmte eine knappe Mehrheit im Rathaus dafür, das Bauwerk aus dem Jahr 1911 aufzugeben. "
        "Gutachter hatten im Frühjahr Risse in den Trägern entdeckt, für eine Sanierung fehlt der "
        "Stadt das Geld. Der Einzelhandel protestiert: Wer nicht mehr über den Fluss komme, kaufe "
        "eben anderswo ein, klagt der Sprecher der Geschäftsleute, Jens Albrecht. Die Verwaltung "
        "verweist auf den geplanten Neubau im Süden, der frühestens in vier Jahren fertig sein "
        "dürfte. Bis dahin soll ein Shuttlebus die beiden Ufer verbinden.",
    ),
    "fr": (
        PARAGRAPHS["fr"].text,
        "Mardi, le conseil municipal de Vernay s'est prononcé, avec 23 voix contre 18, pour la "
        "fermeture du vieux pont en fer, considéré comme dangereux depuis l'inondation de 2019. "
        "L'adjointe au maire, Mme Dubois, a affirmé que personne ne voulait attendre la chute du "
        "premier camion dans la rivière. On construira un nouveau pont 1,5 kilomètre plus au sud, "
        "pour un coût d'environ 14,2 millions d'euros. Chez les commerçants de la vieille ville, "
        "on craint la perte des clients. Quelque 3 400 signatures ont été recueillies et seront "
        "remises la semaine prochaine, car selon eux deux ponts valent toujours mieux qu'un.",
        "Les habitants de Vernay devront bientôt faire un détour. Après une longue soirée de "
        "débats, une courte majorité d'élus a choisi d'abandonner l'ouvrage métallique inauguré en "
        "1911, dont les poutres sont fissurées. La ville n'a pas les moyens de le réparer, "
        "explique le service technique. Du côté des magasins, la colère monte : « Nos acheteurs "
        "iront ailleurs », prévient Julien Masson, porte-parole de l'association des détaillants. "
        "La mairie promet une navette gratuite entre les deux rives en attendant le chantier, qui "
        "ne devrait pas s'achever avant quatre ans.",
    ),
    "es": (
        PARAGRAPHS["es"].text,
        "Con 23 votos frente a 18, el ayuntamiento de Valdehierro acordó este martes el cierre del "
        "viejo puente de hierro, considerado inseguro por los ingenieros desde la inundación de "
        "2019. La teniente de alcalde, la señora Ortega, afirmó que nadie quería esperar hasta que "
        "un primer camión cayera al río. A 1,5 kilómetros hacia el sur va a construirse un nuevo "
        "puente, con un coste de unos 14,2 millones de euros. Entre los comerciantes del casco "
        "antiguo se teme la pérdida de clientes. Se reunieron 3.400 firmas, que serán entregadas "
        "la próxima semana: según ellos, dos puentes son mejor que uno solo.",
        "Los vecinos de Valdehierro tendrán que dar un rodeo. Tras una larga noche de debate, una "
        "mayoría ajustada de concejales optó por abandonar la estructura metálica inaugurada en "
        "1911, cuyas vigas están agrietadas. El municipio no tiene dinero para repararla, explica "
        "la oficina técnica. En las tiendas crece el enfado: «Los compradores se irán a otra "
        "parte», advierte Julián Pardo, portavoz de los minoristas. El gobierno local promete un "
        "autobús gratuito entre las dos orillas mientras duren las obras, que no acabarán antes de "
        "cuatro años.",
    ),
}
