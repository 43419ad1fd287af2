/**
 * English signs. Their wording follows the warnings of the FTC (consumer.ftc.gov), the US Postal Inspection Service,
 * Action Fraud and Scamwatch, and the development set. Verbs also match in their base form, which reported texts use.
 */

import type { SignPattern } from './signs.ts';

export const ENGLISH_PATTERNS: readonly SignPattern[] = [
  // Requests.
  {
    name: 'asks_code',
    pattern:
      /\b(?:send|give|tell|share|forward|text|read|reply|provide|screenshot|pass|need)\b[^.!?]{0,30}\b(?:(?:verification|security|6[ -]?digit|six[ -]digit|4[ -]?digit|one[ -]time|login|sms|access|confirmation|activation|bank(?:ing)?)\b[^.!?]{0,8}\b(?:code|pin|password|passcode|number)|otp|passcode)\b|\bcode\b[^.!?]{0,30}\bby (?:mistake|accident)\b|\b(?:accident\w*|mistaken\w*)\b[^.!?]{0,30}\bcode\b/g,
  },
  {
    name: 'asks_card',
    pattern:
      /\b(?:(?:debit|credit|bank|atm) )?card\b[^.!?]{0,12}\b(?:number|details?|info(?:rmation)?|pin|cvv|expiry|photo)\b|\b(?:cvv|cvc|16 digits?)\b|\b(?:enter|provide|update|confirm|add)\b[^.!?]{0,12}\b(?:card|payment (?:details?|info(?:rmation)?|method))\b/g,
  },
  {
    name: 'asks_identity',
    pattern:
      /\b(?:photo|picture|copy|scan|image|pic|selfie)\b[^.!?]{0,20}\b(?:id|passport|licen[cs]e|driver'?s|identity|ssn)\b|\b(?:send|provide|confirm|enter|verify|give)\b[^.!?]{0,25}\b(?:ssn|social security (?:number|no)|passport|driver'?s licen[cs]e|date of birth|national insurance|pan card|aadhaar)\b/g,
  },
  {
    name: 'asks_details',
    pattern:
      /\b(?:verify|update|confirm|validate|re-?activate|provide|submit|enter|complete|restore|renew|review|secure|unlock)\b[^.!?]{0,24}\b(?:account|details?|info(?:rmation)?|identity|kyc|billing|address|data|profile|credentials?|log ?in|membership|record|application|wallet|card|payment|preferences?)\b/g,
  },
  {
    name: 'asks_details',
    pattern:
      /\b(?:log|sign) ?in\b[^.!?]{0,20}\b(?:via|here|below|immediately|now to|to (?:verify|confirm|avoid|update|secure|unlock|restore|review|cancel))\b/g,
  },
  {
    name: 'asks_remote_control',
    pattern:
      /\b(?:teamviewer|any ?desk|quick ?support|remote (?:access|support|control|desktop)|rust ?desk|ultraviewer|screen ?shar(?:e|ing)|logmein)\b/g,
  },
  {
    name: 'asks_install',
    pattern:
      /\b(?:apk|unknown (?:sources|apps))\b|\b(?:install|download)\b[^.!?]{0,20}\b(?:app|application|software|update|security|tool|certificate|file|cleaner|any ?desk|teamviewer)\b/g,
  },
  {
    name: 'asks_money',
    pattern:
      /\b(?:transfer|send|lend|wire|pay|loan)\b[^.!?]{0,24}(?:\b(?:me|for me|money|funds?|cash|bill|rent|deposit)\b|[£$€]\s?\d)|\b(?:western union|moneygram|zelle|cash ?app|venmo|bank transfer|safe account|bail money|ransom|processing fee|upfront|admin fee|release fee)\b/g,
  },
  {
    name: 'asks_gift_card',
    pattern:
      /\b(?:gift ?cards?|itunes cards?|google play cards?|steam cards?|vouchers? codes?|amazon cards?)\b[^.!?]{0,40}\b(?:buy|get|purchase|scratch|code|send|picture|pic|codes|back|numbers)\b|\b(?:buy|get|purchase|pick up|need|send (?:it|them|me|money)?|pay|with|using)\b[^.!?]{0,30}\b(?:gift ?cards|itunes cards?|google play cards?|steam cards?)\b/g,
  },
  {
    name: 'asks_other_channel',
    pattern:
      /\b(?:message|text|contact|add|msg|reach|whats ?app|reply|save)\b[^.!?]{0,24}\b(?:whats ?app|telegram|this number|new number|signal|line)\b|\b(?:whats ?app|telegram)\b[^.!?]{0,10}(?:\+?\d{5,15}|@\w{3,32})|\bt\.me\b/g,
  },
  {
    name: 'asks_callback',
    pattern: /\b(?:call|phone|dial|contact|ring|tel)\b[^.!?]{0,30}\+?\(?\d[\d ()-]{6,20}\d/g,
  },
  // Pressure.
  {
    name: 'urgency',
    pattern:
      /\burgent(?:ly)?\b|\bimmediate(?:ly)?\b|\bas soon as possible\b|\basap\b|\bwithin (?:the next )?(?:\d+|x+|twelve|twenty[ -]four|forty[ -]eight) ?(?:h|hr|hrs|hours?|days?|min|mins|minutes?)\b|\b(?:final|last) (?:notice|warning|reminder|chance|attempt)\b|\b(?:today|now|tonight) (?:only|or)\b|\bact (?:now|fast)\b|\bexpir(?:es?|ing) (?:today|soon|tonight|in|on)\b|\bbefore (?:it'?s too late|midnight|\d)\b|\bright away\b|\bavoid (?:a |an |any |further |the |your )?(?:late|account|suspen\w*|being|return\w*|fees?|charges?|penalt\w*|disconnect\w*|interruption|legal|additional|extra|cancel\w*|clos\w*|loss|arrest|fines?)\b/g,
  },
  {
    name: 'threat',
    pattern:
      /\b(?:suspend(?:ed)?|suspension|block(?:ed)?|lock(?:ed)?|restrict(?:ed|ion)?|deactivat(?:e|ed)|terminat(?:e|ed|ion)|disabl(?:e|ed)|clos(?:e|ed|ure)|limit(?:ed)?|freeze|frozen|cancel(?:l?ed)?|on hold)\b|\b(?:arrest|warrant|lawsuit|legal action|prosecut\w*|penalt(?:y|ies)|late fees?|court|sued?|enforcement|debt collect\w*|return(?:ed)? to (?:the )?sender|credit score)\b/g,
  },
  {
    name: 'secrecy',
    pattern:
      /\b(?:don'?t|do not|never) (?:tell|discuss|speak|talk)\b[^.!?]{0,16}\b(?:anyone|anybody|mum|mom|dad|bank|family|no one)\b|\bkeep (?:this|it) (?:secret|between us|confidential|private)\b|\bin a meeting\b[^.!?]{0,40}\b(?:call|talk)\b/g,
    even_in_warnings: true,
  },
  // Ordinary or merely annoying messages.
  {
    name: 'advertisement',
    pattern:
      /\b(?:reply|text|txt|send) stop\b|\bopt[ -]?out\b|\bunsubscribe\b|\bstop to (?:end|\d+)|\bt&?c'?s?\b|\bterms apply\b|\b\d+% off\b|\bsale\b|\bpromo(?:tion|code)?\b|\bshop now\b|\bdiscount\b|\b(?:use|with) code\b/g,
    even_in_warnings: true,
  },
  {
    name: 'gambling',
    pattern:
      /\bcasino\b|\bslots?\b|\bpoker\b|\bjackpot\b|\bbet(?:ting)?\b|\bfree spins?\b|\bgacor\b|\btogel\b|\bodds\b/g,
    even_in_warnings: true,
  },
  {
    name: 'adult',
    pattern:
      /\bsexy?\b|\bnaked\b|\bhorny\b|\bsingles?\b[^.!?]{0,20}\b(?:area|near|local)\b|\bdating\b|\bflirt\b|\bsecret admirer\b|\bhook ?up\b/g,
    even_in_warnings: true,
  },
  {
    name: 'gives_code',
    pattern:
      /\b(?:code|otp|pin|passcode|password)\b(?: \w+){0,4}? ?(?:is|:) ?(?:g-)?\d{3,8}\b|\b(?:use|enter) (?:code |otp )?\d{4,8} (?:to|as|for)\b|\b(?:g-)?\d{4,8}\b ?(?:is|as) (?:your|the)\b[^.!?]{0,30}\b(?:code|otp|pin|passcode|password)\b/g,
    even_in_warnings: true,
  },
  {
    name: 'warns',
    pattern:
      /\b(?:do not|don'?t|never) (?:share|give|disclose|reveal|tell|forward)\b|\bwe(?:'ll| will)? never (?:ask|text|call|request)\b|\bif (?:this|it) was you,? (?:no|you can|ignore)\b|\bignore this\b|\bno (?:action|further action) (?:is )?(?:needed|required)\b|\bbeware\b|\bscams?\b/g,
    even_in_warnings: true,
  },
  {
    name: 'transaction',
    pattern:
      /\b(?:balance|available bal|avail bal)\b[^.!?]{0,10}(?:[£$€]|rs\.? ?)?\d|\b(?:was used at|direct deposit of|purchase at|payment received|thanks? for your payment)\b/g,
    even_in_warnings: true,
  },
  // Pretexts, in words that are common in frauds and rare in notices.
  {
    name: 'pretext_delivery',
    pattern:
      /\b(?:parcels?|packages?|deliver(?:y|ies)|shipments?|items?|order|mail|letter|courier|consignment)\b[^!?]{0,60}?\b(?:on hold|held|hold|could ?n[o']t|cannot|can'?t|unable|failed?|failure|undeliver\w*|incomplete|incorrect|wrong|unclear|invalid|unpaid|underpaid|outstanding|customs|re-?schedul\w*|re-?deliver\w*|re-?book|return(?:ed)?|await\w*|wait(?:ing)?|settlement|pending|missed|missing|suspended|stopped|detained|shipping fee|set delivery)\b/g,
  },
  {
    name: 'pretext_delivery',
    pattern:
      /\b(?:failed|missed|unable|attempted|tried|could ?n[o']t|cannot|sorry)\b[^.!?]{0,24}\bdeliver\w*\b|\b(?:delivery|shipping|customs|redelivery|handling|postage|import)\b[^.!?]{0,8}\b(?:fee|charge|duty|dut(?:y|ies)|preferences?)\b/g,
  },
  {
    name: 'pretext_family',
    pattern:
      /\b(?:hi|hey|hello|hiya|dear)?,? ?(?:mum|mom|mam|dad|daddy|mummy|grandma|grandpa|nan|auntie?|uncle)\b[^.!?]{0,40}\b(?:new (?:number|phone)|my phone|this number|it'?s me|its me|lost my|broke|broken|money|urgent|urgently|jail|bail|arrested|hospital|accident|in trouble|need (?:your )?help|favou?r)\b/g,
  },
  {
    name: 'pretext_family',
    pattern:
      /\b(?:my )?(?:phone|mobile|cell|screen)\b[^.!?]{0,20}\b(?:broke|broken|smashed|cracked|damaged|lost|stolen|repair|dropped|down the toilet|in the toilet|water)\b|\b(?:dropped|lost|broke|smashed)\b[^.!?]{0,8}\bmy (?:phone|mobile|cell)\b|\b(?:temporary|temp|new|friend'?s) (?:number|phone)\b/g,
  },
  {
    name: 'pretext_institution',
    pattern:
      /\b(?:irs|hmrc|dvla|dmv|fbi|police|court|customs|tax(?:es)?|immigration|social security|medicare|census|jury duty|sheriff|council|toll|tolls|turnpike|e-?z ?pass|sun ?pass|fas ?trak)\b[^.!?]{0,50}\b(?:notice|unpaid|outstanding|overdue|fine|penalt\w*|warrant|lawsuit|investigat\w*|suspend\w*|refund|owe|due|balance|violation|ticket|summons|arrest|enforcement|pay|settle|filing|missing)\b|\b(?:unpaid|outstanding|overdue|unsettled)\b[^.!?]{0,20}\b(?:toll|fine|ticket|tax|balance|invoice|penalty|violation|fee)s?\b|\bparking (?:charge|fine|ticket|penalty)\b|\b(?:stimulus|arrest warrant|criminal investigation|vaccin\w+ (?:passport|certificate)|digital pass)\b/g,
  },
  {
    name: 'pretext_payment',
    pattern:
      /\b(?:payment|transaction|purchase|charge|transfer|payee|order|withdrawal|direct debit|debit)\b[^?]{0,100}?\b(?:if|was) ?(?:this|it|you|that)?[^.?]{0,12}\b(?:not|n'?t|unauthori[sz]ed|do not recogni[sz]e|someone else)\b|\bnew (?:payee|device|recipient)\b|\bdid you (?:attempt|make|authori[sz]e|request|try)\b|\bunauthori[sz]ed (?:transaction|payment|purchase|charge|transfer)\b|\b(?:direct debit|transfer|transaction|purchase)\b[^.!?]{0,20}\b(?:failed|declined|unsuccessful|be attempt|attempted|on hold|unable|pending|cannot)\b|\bpayment\b[^.!?]{0,20}\b(?:be attempt|attempted|on hold|pending)\b|\bauto[ -]?renew\w*|\brenew(?:ed|al)\b[^?]{0,50}\bcancel\b|\bto (?:cancel|dispute)[^.!?]{0,20}\bcall\b|\b(?:will|to) be charged\b/g,
  },
  {
    name: 'pretext_job',
    pattern:
      /\b(?:part[ -]?time|full[ -]?time|remote|online|flexible|work from home|home[ -]based)\b[^.!?]{0,30}\b(?:job|work|position|role|opportunit\w*|vacanc\w*|income)\b|\bearn\b[^.!?]{0,20}(?:[£$€]|rs\.? ?)?\d[\d,.]{0,15}[^.!?]{0,20}\b(?:day|daily|week|weekly|month|hour)\b|\b(?:hiring|recruit(?:er|ing|ment)?|hr (?:manager|department))\b[^.!?]{0,60}\b(?:salary|daily|whats ?app|telegram|pay|earn|interested)\b|\b(?:daily|weekly) (?:salary|pay|income|wage)\b|\bmystery shopper\b/g,
  },
  {
    name: 'pretext_investment',
    pattern:
      /\b(?:invest(?:ment|ing|or)?|trading|trader|stocks?|forex|crypto(?:currency)?|bitcoin|btc|shares?)\b[^.!?]{0,50}\b(?:profits?|returns?|guarantee\w*|double|signals?|group|tips?|daily|weekly|platform|%|opportunit\w*|vip|free|mentor|rich)\b|\bguaranteed (?:profits?|returns?|income)\b|\bfinancial freedom\b|\bpassive income\b|\bwithdraw your (?:profits?|earnings)\b/g,
  },
  {
    name: 'pretext_invitation',
    pattern:
      /\bwedding\b|\bobituary\b|\bpassed away\b|\bfuneral\b|\be-?vite\b|\binvitation\b|\byou(?:'re| are) invited\b|\bcondolence\w*|\bmemorial service\b|\bbaby shower\b/g,
  },
  {
    name: 'pretext_refund',
    pattern:
      /\b(?:refund|rebate|reimburse\w*|compensation|overpa(?:id|yment)|unclaimed|relief (?:fund|payment)|grants?|stimulus|cost of living|subsidy|tax return|eligible|entitled)\b[^.!?]{0,40}/g,
  },
  {
    name: 'pretext_loan',
    pattern:
      /\bloans?\b|\bpre-?approved\b|\bdebts?\b|\bpayday\b|\bmortgage\b|\bcredit limit\b|\bbad credit\b|\binterest rate\b/g,
  },
  {
    name: 'pretext_account',
    pattern:
      /\b(?:account|a ?\/ ?c|membership|subscription|profile|access|apple id|password|mailbox|icloud|wallet|net ?banking|sim(?: card)?|card|kyc|service|device)\b[^.!?]{0,36}\b(?:lock\w*|suspend\w*|restrict\w*|limit\w*|on hold|expir\w*|block\w*|deactivat\w*|disabl\w*|compromis\w*|hack\w*|clos(?:e|ed|ure)|terminat\w*|unusual|suspicious|verif\w*|unauthori[sz]ed|pending|inactive)\b|\b(?:unusual|suspicious|unauthori[sz]ed|unrecogni[sz]ed|irregular)\b[^.!?]{0,16}\b(?:activit\w*|sign[ -]?in|log[ -]?in|attempt|access|device|transaction)\b|\b(?:payment|billing)\b[^.!?]{0,24}\b(?:failed|declined|unsuccessful|not be processed|rejected)\b|\b(?:could not|couldn't|unable to|cannot) (?:process|take|collect) (?:your|the)\b[^.!?]{0,24}\bpayment\b|\bkyc\b|\bsecurity (?:alert|update|notice)\b/g,
  },
  {
    name: 'pretext_prize',
    pattern:
      /\b(?:won|winner|win|prize|congratulations?|congrats|lottery|lucky|jackpot|raffle|draw|awarded|reward\w*|bonus|giveaway|gift ?cards?|vouchers?|free (?:gift|iphone|entry|phone|camera)|claim)\b[^.!?]{0,40}/g,
  },
  {
    name: 'pretext_tech_support',
    pattern:
      /\b(?:virus(?:es)?|malware|trojan|infected|spyware)\b|\b(?:tech(?:nical)?|microsoft|windows|apple) support\b|\b(?:computer|device|phone|pc|system|ip)\b[^.!?]{0,24}\b(?:infected|hacked|compromised|at risk|blocked)\b|\bwindows (?:security|defender|licen[cs]e)\b/g,
  },
  {
    name: 'pretext_romance',
    pattern:
      /\b(?:us army|military|soldier|deployed|oil rig|widow(?:er)?)\b|\b(?:my love|my dear|darling)\b[^.!?]{0,50}\b(?:money|gift|package|fee|ticket|visa|customs)\b|\bare you still single\b/g,
  },
  {
    name: 'pretext_marketplace',
    pattern:
      /\b(?:ebay|gumtree|facebook marketplace|craigslist|depop|vinted|listing|item you(?:'re| are) selling)\b[^.!?]{0,60}\b(?:payment|courier|link|deposit|confirm|escrow|fee|code)\b|\bescrow\b/g,
  },
  {
    name: 'pretext_extortion',
    pattern:
      /\b(?:recorded|video of you|webcam|footage|intimate|nude)\b[^.!?]{0,60}\b(?:contacts?|publish|leak|release|share|send|bitcoin|btc|pay|friends)\b|\b(?:leak|publish|release)\b[^.!?]{0,24}\b(?:video|photos?|footage|pictures)\b|\b(?:send|share|post)\b[^.!?]{0,24}\b(?:video|photos?|footage|pictures)\b[^.!?]{0,30}\b(?:contacts?|everyone)\b/g,
  },
  {
    name: 'pretext_crypto',
    pattern:
      /\b(?:seed|recovery|secret|backup) (?:phrase|words?)\b|\bprivate keys?\b|\b(?:connect|sync\w*|validate|link) (?:your )?wallet\b|\bairdrop\b|\b(?:withdrawal|deposit|transfer|send|sent|balance) (?:of )?\d[\d.,]{0,15} ?(?:btc|eth|usdt|bnb|sol|xrp)\b|\b\d[\d.,]{0,15} ?(?:btc|eth|usdt)\b/g,
  },
];
