"""What the parser knows of the language of job documents: words, phrases and their labels.

Everything here is a table. Weights are log-odds in spirit: they are added up by `labelling`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from specsearch.records import Label

# --- verbs -------------------------------------------------------------------------------------

_BASE_VERBS = """
abate accept access accompany account achieve acquire act adapt add address adhere adjudicate adjust
administer adopt advance advertise advise advocate aid align allocate alter amend analyze analyse
announce answer anticipate appear apply appoint appraise approve arbitrate arrange articulate
ascertain assemble assess assign assist assume assure attach attend audit authenticate authorize
backwash balance bargain batch begin bill book break brief bring browse budget build buy calculate
calibrate call calm canvass care carry catalog catalogue certify chair champion change change-out
chart check circulate clarify classify clean clear climb close coach code collaborate collate collect
combine commend communicate compare compile complete comply compose compute conceive conduct confer
configure confirm consider construct consult contact contract contribute control convene convert
convey cooperate coordinate copy correct correspond counsel create critique cultivate customize cut
deal debrief decide define delegate deliver demonstrate deploy describe design detail detect
determine develop devise diagnose digest dig direct disburse discipline discuss dispatch display
dispose disseminate distribute document draft draw drive edit educate elicit eliminate employ empty
enable encourage enforce engage enhance ensure enter entertain escort establish estimate evaluate
examine excavate execute exercise expand expedite explain explore expunge extend extract fabricate
facilitate feed field file fill finalize find fingerprint fix follow forecast formulate forward foster
fulfill function furnish gather generate give grade grant greet guide guard handle hear help hire
host identify illustrate implement improve include incorporate index influence inform initiate input
inspect install institute instruct integrate interact interface interpret interview introduce
inventory investigate invite invoice issue join judge justify keep label launch lay lead learn lend
leverage liaise lift link listen load locate lock log lubricate maintain make manage map mark market
measure mediate meet mentor merge model moderate modify monitor motivate move mow navigate negotiate
notify observe obtain open operate operationalize optimize orchestrate order organize orient originate
outline overhaul oversee paint participate patch patrol pave perform permit persuade pick place plan
plant plow post practice prepare prescribe present preserve press prevent prioritize process procure
produce program project promote propose protect provide prune publicize publish pull pump purchase
purge pursue push put qualify quantify query raise read rebuild receive recheck recognize recommend
reconcile record recover recruit redact reduce refer register regulate relate relay release remain
remove render reorder repair replace reply report represent request requisition research resolve
respond restock restore retain retrieve review revise rotate route run safeguard sample scan schedule
score screen seal search secure seek select sell send separate serve service set settle shape share
shelve show sign simplify simulate solicit solve sort speak specify sponsor staff stage stamp start
steer stock stop store streamline strengthen study submit suggest summarize supervise supply support
survey sustain synthesize tabulate take teach tend test testify tour trace track train transact
transcribe transfer translate transmit transport treat triage trim troubleshoot turn type uncover
understand undertake update upgrade upload use utilize validate value verify view visit walk warn
wash watch weed weigh weld win withdraw witness work write
assure-that clarify co-ordinate counsel cross-train de-escalate pre-screen re-evaluate double-check
"""


def _third_person(verb: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + "s"


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.search(r"[^aeiou][aiu][bdgmnpt]$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


# Verbs that describe a place in the organisation, not work done.
_POSITION_VERBS = {"work", "report", "receive", "exercise", "serve", "answer", "act"}
BASE_VERBS = frozenset(_BASE_VERBS.split())
THIRD_PERSON_VERBS = frozenset(map(_third_person, BASE_VERBS))
GERUNDS = frozenset(map(_gerund, BASE_VERBS))
ADVERBS = frozenset(
    """
        may also periodically regularly occasionally independently personally actively routinely
        effectively directly jointly primarily closely continually continuously proactively promptly
        accurately safely thoroughly generally typically
        """.split()
)

# --- headings ----------------------------------------------------------------------------------

TITLE_PHRASES = frozenset(
    (
        "class specification", "classification specification", "job specification", "job description",
        "position description", "class description", "job class specification", "classification description",
        "job announcement", "job posting", "employment opportunity", "career opportunity",
        "class specifications", "job opportunity", "now hiring", "job bulletin",
        "job classification", "position specification", "classification",
    )
)  # fmt: skip
"""Banner lines that name the sort of document: neither heading nor content."""

NEUTRAL_PHRASES = frozenset(
    (
        "job details", "complete details", "details", "the details", "full job description", "history",
        "class history", "revision history", "general", "other", "specification history", "attributes", "the position", "position information", "job information",
    )
)  # fmt: skip
"""Headings that say nothing of what follows: each statement is judged by itself."""

HEADING_PATTERNS: tuple[tuple[Label, str], ...] = (
    (Label.SUMMARY, r"\b(?:general|brief|summary) (?:description|statement|summary|definition) of (?:the )?(?:duties|work|position|class)\b|\bgeneral (?:statement|purpose|definition|summary)\b|\bnature (?:of|and scope)\b|\b(?:job|position|class|classification|role) (?:summary|purpose|overview|objective|definition)\b|\bwork of (?:the|this) class\b"),
    (Label.PREFERRED, r"\b(?:preferred|desired|desirable|ideal candidate|nice to have|preferences?|bonus points|plus(?:es)?|highly valued|stand out)\b"),
    (Label.DISTINGUISHING, r"\bdiffers?\b|\bdistinguish|\bclass(?:ification)? (?:concept|characteristics|series|levels?)\b|\bseries (?:levels?|description|concept|features)\b|\ballocat|\blevels? (?:definitions?|descriptions?|distinctions?|within)\b|\bcareer (?:ladder|path|progression)\b|\bplace in (?:the )?series\b|\bposition in (?:the )?series\b"),
    (Label.SUPERVISION, r"\bsupervis(?:ion|ory|ed|es)\b|\breporting (?:relationships?|structure|lines?)\b|\breports? to\b|\bdirection (?:received|exercised)\b|\blines? of (?:supervision|authority|reporting)\b|\borgani[sz]ational relationships?\b|\bcontrols? over (?:the )?work\b|\bwho you (?:ll )?(?:report to|work with)\b"),
    (Label.LICENSE, r"\blicen[cs](?:e|es|ing|ure)\b|\bcertificat(?:e|es|ion|ions)\b|\bcredentials?\b|\bregistrations?\b"),
    (Label.KSA, r"\bknowledges?\b|\bskills?\b|\babilit(?:y|ies)\b|\bcompetenc(?:y|ies|es)\b|\bksas?\b|\baptitudes?\b|\bskilled (?:in|at)\b"),
    (Label.COMPENSATION, r"\bsalary\b|\bpay\b|\bcompensation\b|\bbenefits?\b|\bwages?\b|\bflsa\b|\bbargaining\b|\bprobation|\bhourly rate\b|\btotal rewards\b|\bwhat we offer\b|\bwhat you (?:ll )?get\b|\bperks\b|\bovertime status\b|\bunion\b"),
    (Label.CONDITIONS, r"\bphysical\b|\bworking conditions?\b|\benvironment(?:al)?\b|\bmedical\b|\bdemands?\b|\b(?:special|other|additional|necessary special|job) (?:conditions?|requirements?)\b|\b(?:work(?:ing)?|job|special|employment) conditions?\b|\bhours\b|\bschedule\b|\btools?\b|\bequipment\b|\bresidency\b|\bbackground\b|\bconditions? of (?:employment|work)\b|\btravel\b|\bsensory\b|\bhazards?\b|\bsafety requirements?\b"),
    (Label.PROCESS, r"\bapply(?:ing)?\b|\bapplications?\b|\bselection\b|\bexamin|\bexam\b|\brecruitment\b|\bequal\b|\beeo\b|\bdisclaimers?\b|\bnotices?\b|\bdeadlines?\b|\bclos(?:e|es|ing)\b|\bcontact\b|\babout (?:us|the city|the town|our|the community|the department|the county|the agency)\b|\bhiring process\b|\baccommodations?\b|\bveterans?\b|\bsupplemental\b|\btimeline\b|\bnext steps?\b|\bwhy (?:join|work)\b|\bopportunity employer\b|\bwho we are\b|\bposting\b|\bposted\b"),
    (Label.QUALIFICATION, r"\bqualif|\beducation(?:al)?\b|\bexperience\b|\btraining\b|\brequirements?\b|\bminimum\b|\beligib|\bwhat you (?:ll )?(?:bring|need)\b|\bwho you are\b|\byou (?:ll )?(?:have|bring|need)\b|\bto be successful\b|\bequivalen|\bsubstitution|\brequired to\b|\bstandards?\b|\bwe re looking for\b|\bdegree\b|\babout you\b"),
    (Label.DUTY, r"\bdut(?:y|ies)\b|\bfunctions?\b|\btasks?\b|\bresponsibilit(?:y|ies)\b|\bexamples? of (?:the )?work\b|\btypical work\b|\bwork (?:performed|examples|activities|assignments)\b|\baccountabilit|\bassignments?\b|\bwhat you (?:ll|will) (?:do|be doing)\b|\byou will\b|\byou ll\b|\bthe position\b|\bin this (?:role|position|job)\b|\bday to day\b|\bactivities\b|\ba typical day\b|\bthe work\b|\bday in the life\b|\bkey areas\b|\bservices provided\b|\bperform(?:s|ed)?\b"),
    (Label.SUMMARY, r"\bsummary\b|\bdefinition\b|\bpurpose\b|\boverview\b|\bnature of (?:the )?work\b|\bgeneral (?:description|statement|nature)\b|\babout (?:the|this) (?:role|position|job|opportunity|work)\b|\bthe (?:role|job|opportunity)\b|\bobjectives?\b|\bintroduction\b|\bscope\b|\bdescription\b|\bclass concept\b|\bcharacter of work\b|\bsynopsis\b|\bprofile\b"),
)  # fmt: skip
"""Heading patterns on normalised text (lower case, no punctuation or parentheses), first match wins."""

SPECIAL_PHRASES: Mapping[str, Label] = {
    "special requirements and or qualifications": Label.QUALIFICATION,
    "knowledge and experience": Label.QUALIFICATION,
    "education experience and skills": Label.QUALIFICATION,
    "experience and skills": Label.QUALIFICATION,
    "required skills and experience": Label.QUALIFICATION,
    "employment standards": Label.QUALIFICATION,
    "qualification guidelines": Label.QUALIFICATION,
    "supplemental information": Label.PROCESS,
    "additional information": Label.PROCESS,
    "job characteristics": Label.DISTINGUISHING,
    "scope of responsibility": Label.SUMMARY,
    "scope of responsibilities": Label.SUMMARY,
    "supervisory duties": Label.SUPERVISION,
    "special skills": Label.KSA,
    "essential physical abilities": Label.CONDITIONS,
    "physical abilities": Label.CONDITIONS,
    "minimum requirements for employment": Label.QUALIFICATION,
    "licenses certificates and special requirements": Label.LICENSE,
    "machines tools and equipment used": Label.CONDITIONS,
}
"""Whole headings for which the first matching pattern would be wrong."""

HEADING_WORDS = frozenset(
    """
        a about abilities ability acceptable accountabilities accommodation accommodations
        activities additional allocating allocation an and application apply applying areas as
        assigned assignment assignments at background bargaining be benefits bring by candidate
        career certificate certificates certification certifications characteristics class
        classification close closing code comments community compensation competencies competency
        conditions concept contact credentials day definition definitions degree demands department
        description desirable desired details direction disclaimer distinguishing distinctions do
        doing duties duty education educational eeo elements eligibility employer employment
        environment environmental equal equipment equivalency equivalent essential etc examination
        example examples exercised expectations experience factors features flsa following for full
        function functions general given guidelines have history hiring hours how ideal if
        illustrative important in include includes including information is it job key knowledge
        knowledges ksa ksas level levels license licenses licensing licensure licence licences ll
        lines looking machines main major marginal may medical minimum must nature necessary need
        next nice non not note notice of offer on only opportunity or organizational other our
        overview part pay per perform performed physical place plus position positions posting
        preferred preference primary principal probation probationary process profile progression
        purpose qualification qualifications qualify range rate re received registration
        registrations related relationship relationships report reporting reports representative
        requirement requirements required require residency responsibilities responsibility
        responsible role safety salary schedule scope selection sensory series set shall skill
        skilled skills some special specific standards statement status steps substitution
        substitutions successful summary supervision supervisory supplemental tasks task team test
        the these this to tools total training travel type typical typically union unit us used
        veterans wage wages we what who why will with within work working worker you your thorough
        considerable basic extensive comprehensive advanced strong good sound proven demonstrated
        practical general-purpose advertised minimally successfully understanding familiarity
        capacity proficiency proficient reports supervises received desirables plusses plus physical
        mental core unusual job-related typical-work illustrations illustration principal incumbent
        incumbents employee employees
        """.split()
)
"""Words that headings are made of. A line of nothing else that matches a pattern is a heading,
whatever its typography."""

HEADING_EXAMPLES: Mapping[Label, tuple[str, ...]] = {
    Label.SUMMARY: (
        "job summary", "general definition of the class", "position purpose", "nature of work", "about this role",
        "overview of the position", "class definition", "role overview", "primary objective of the position",
    ),
    Label.DISTINGUISHING: (
        "distinguishing characteristics", "class characteristics", "levels in the series", "how this class differs",
        "allocating factors", "career ladder", "class concept",
    ),
    Label.SUPERVISION: (
        "supervision received", "supervision exercised", "reporting relationships", "who you will report to",
        "controls over the work", "organizational relationships", "scope of supervision",
    ),
    Label.DUTY: (
        "examples of duties", "essential functions", "typical tasks", "major responsibilities", "what you will do",
        "work performed", "key accountabilities", "your day to day work", "illustrative examples of work", "job assignments",
    ),
    Label.KSA: (
        "knowledge, skills and abilities", "knowledge of", "ability to", "skill in", "competencies",
        "abilities required for the job", "job knowledge", "technical skills",
    ),
    Label.QUALIFICATION: (
        "minimum qualifications", "education and experience", "training and experience", "requirements for the position",
        "what you bring", "eligibility requirements", "experience required", "educational requirements", "entrance requirements",
    ),
    Label.LICENSE: (
        "licenses and certificates", "required license", "certification requirements", "special licenses", "driver license",
        "professional registration",
    ),
    Label.PREFERRED: (
        "preferred qualifications", "desirable qualifications", "the ideal candidate", "nice to have", "additional desired experience",
    ),
    Label.CONDITIONS: (
        "working conditions", "physical demands", "work environment", "physical requirements", "environmental conditions",
        "tools and equipment used", "hours of work", "medical standards", "conditions of employment", "where you will work",
        "background check",
    ),
    Label.COMPENSATION: (
        "salary and benefits", "compensation", "pay range", "benefits package", "what we offer you", "union and overtime status",
        "probationary period",
    ),
    Label.PROCESS: (
        "how to apply", "selection process", "examination process", "application procedure", "equal opportunity employer",
        "about the city", "about our community", "contact information", "important dates", "disclaimer",
    ),
}  # fmt: skip
"""Headings of each label, for comparing an unknown one with by meaning."""

KSA_LEAD = re.compile(
    r"(?:(?:some|working|thorough|considerable|basic|general|extensive|strong|advanced|comprehensive|"
    r"good|sound|practical|demonstrated|proven|excellent|detailed|in-depth|broad|knowledge and|"
    r"skills? and|required)\s+)*"
    r"(?:(?:knowledge|understanding|familiarity|skills?|skilled|abilit(?:y|ies)|proficien(?:t|cy)|experience)"
    r"(?:\s*(?:,|and|or|/)\s*)?)+\s*(?:of|in|to|with|at|and|is|required)?$",
    re.I,
)
"""A lead-in of a list of knowledge, skills or abilities: "Ability to", "Working knowledge of"."""

# --- cues inside statements --------------------------------------------------------------------

_LICENSE_NOUN = r"(?:licen[cs]e|licensure|certificat(?:e|ion)s?|registration|permit|card|commission)"

CUES: tuple[tuple[Label, float, str], ...] = (
    (Label.DUTY, 3.0, r"\b(?:related|other|additional|similar)\b.{0,60}\b(?:duties|work|tasks|assignments)\b.{0,60}\b(?:assigned|required|needed|directed|requested)\b"),
    (Label.DUTY, 2.5, r"\b(?:duties|tasks|examples)\b.{0,40}\b(?:illustrat|illustrative|not (?:all|necessarily|exhaustive|limited))"),
    (Label.DUTY, 2.0, r"\bmay perform\b.{0,40}\b(?:duties|following)\b"),
    (Label.KSA, 4.0, r"^(?:\w+\s+){0,3}(?:knowledge|understanding|familiarity|awareness)\s+(?:of|with|and|in)\b"),
    (Label.KSA, 4.0, r"^(?:\w+\s+){0,2}(?:ability|abilities|capacity|willingness|aptitude)\s+to\b"),
    (Label.KSA, 3.5, r"^(?:\w+,?\s+){0,4}(?:skills?|skilled|proficien(?:t|cy)|competen(?:t|ce|cy))\s+(?:in|at|with|to|and|sufficient)\b"),
    (Label.KSA, 4.0, r"^(?:strong|excellent|outstanding|effective|proven|exceptional|good|solid|advanced|superior)\b.{0,80}\b(?:skills?|abilities)\b"),
    (Label.KSA, 3.5, r"^(?:an? )?(?:\w+,? ){0,3}(?:know-how|grasp|command|judgment|comfort|discretion)\b"),
    (Label.KSA, 2.0, r"\bability to\b"),
    (Label.KSA, 2.0, r"^may require (?:knowledge|skill|ability)"),
    (Label.KSA, 1.0, r"^(?:principles|methods|techniques|theories|practices|federal, state|applicable|functions|laws)\b"),
    (Label.QUALIFICATION, 4.0, r"\byears?(?:['’]|\b)(?:\s*\(\d+\))?\s*(?:of\s+)?(?:[\w,/-]+\s+){0,12}?(?:experience|employment|service|work)\b"),
    (Label.QUALIFICATION, 3.5, r"\b(?:bachelor|master|associate|doctora|juris)[\w'’]*\s+(?:of\s+\w+\s+)?degree|\bdegree\s+(?:from|in)\b|\bhigh[- ]school\b|\bgraduation from\b|\bgraduate of\b|\bcollege[- ]level\b|\bsemester (?:hours|units)\b|\baccredited (?:college|university|law)"),
    (Label.QUALIFICATION, 3.5, r"\b(?:any|an|other)?\s*(?:equivalent )?combination of\b.{0,80}\b(?:education|experience|training)\b"),
    (Label.QUALIFICATION, 3.0, r"\b(?:substitut\w+|equivalent(?: to)?|in lieu of|credited)\b.{0,80}\b(?:year|experience|education|degree|training)"),
    (Label.QUALIFICATION, 2.5, r"\b(?:experience|education|degree|training)\b.{0,60}\b(?:may (?:be )?substitut|year[- ]for[- ]year|is (?:also )?required|required)\b"),
    (Label.QUALIFICATION, 2.5, r"^(?:\w+\s+){0,3}experience (?:in|with|working|as|perform|lead|supervis)"),
    (Label.QUALIFICATION, 2.5, r"\b(?:must|shall) be (?:at least|a)\b.{0,20}\b(?:years|citizen)\b|\b\d+ years of age\b"),
    (Label.LICENSE, 5.0, rf"\b(?:possess\w*|obtain\w*|hold\w*|holder|valid|current|maintain|retain|appropriate|acquire|eligib\w+ for)\b.{{0,90}}\b{_LICENSE_NOUN}"),
    (Label.LICENSE, 5.0, r"\bdriver(?:['’]s|s['’]?|)? licen[cs]e\b|\bcommercial driver\b|\bCDL\b|\bnotary\b|\bdriving record\b"),
    (Label.LICENSE, 3.5, rf"\b{_LICENSE_NOUN}\b.{{0,80}}\b(?:required|must|within|may be|at the time)\b"),
    (Label.LICENSE, 2.5, rf"^(?:[\w-]+,?\s+){{0,5}}{_LICENSE_NOUN}\b"),
    (Label.LICENSE, 2.0, r"\bcertified (?:as|by|in)\b|\bCPR\b|\b(?:class|grade|level) [A-D1-4IV]+\b.{0,40}\b(?:operator|licen|certif)"),
    (Label.PREFERRED, 5.5, r"\b(?:preferred|desirable|desired|a plus|highly valued|advantageous|is an asset|an advantage|nice to have|(?:is|are) helpful|it helps)\b"),
    (Label.PREFERRED, 4.0, r"\bideal candidate\b|\bpreference (?:will|may|is)\b|\bwould be helpful\b"),
    (Label.CONDITIONS, 3.0, r"\b(?:lift|lifting|carry|carrying|push)\b.{0,60}\b(?:pounds|lbs)\b|\b\d+ (?:pounds|lbs)\b"),
    (Label.CONDITIONS, 3.0, r"\b(?:stand|sit|stoop|kneel|crouch|crawl|climb|bend|reach|squat|sitting|standing|walking|kneeling|climbing|bending|reaching)\b.{0,80}\b(?:stand|sit|stoop|kneel|crouch|crawl|climb|bend|reach|walk|ladders?|long periods|extended periods|prolonged|hours|day)\b"),
    (Label.CONDITIONS, 3.0, r"\bexpos(?:ed|ure) to\b|\bphysical (?:demands|requirements|effort|ability|standards)\b|\bphysically perform\b|\bvision\b.{0,60}\b(?:hearing|read|color|close)|\bhearing and\b|\bmanual dexterity\b|\binclement\b|\bhazardous\b|\bnoise\b|\bprotective equipment\b"),
    (Label.CONDITIONS, 3.0, r"\bbackground (?:check|investigation|screening)|\bdrug (?:screen|test)|\bpolygraph\b|\bpre-employment\b|\bfingerprint(?:ed|ing)? (?:check|and|as)|\bmedical (?:exam|standards)|\bcriminal history\b"),
    (Label.CONDITIONS, 3.0, r"\b(?:evening|evenings|weekend|weekends|holidays|nights?|shifts?|overtime|on[- ]call|stand-?by|after[- ]hours|call-?back)\b.{0,100}\b(?:work|required|available|may|report|meetings?|assigned|duty|weekend|weekends|holidays|schedule|rotat\w+)\b|\b(?:work|works|working|available|availability)\b.{0,60}\b(?:evenings?|weekends?|holidays?|nights?|shifts?|overtime|on[- ]call|irregular hours|flexible)\b"),
    (Label.CONDITIONS, 3.5, r"\bremote work\b|\btelework|\btelecommut|\bhybrid (?:work|schedule)|\b(?:must|physically) reside\b|\bresidency\b|\bdisaster service worker|\bconflict of interest|\bstatement of economic interests?|\bhours (?:are|of work)\b|\b(?:office|indoor|outdoor)\b.{0,30}\b(?:environment|setting|conditions)\b|\bwork (?:is|environment is) (?:generally |primarily |usually |normally )?(?:performed|done|carried out) (?:in|out|mostly|mainly|chiefly)\b"),
    (Label.COMPENSATION, 4.0, r"\bFLSA\b|\bsalary\b|\bpay (?:range|grade|rate|band|step|schedule|plan|level)\b|\$\s?\d|\bbargaining unit\b|\bper (?:hour|annum|pay period)\b|\bnon-?exempt\b|\bhourly\b.{0,10}\$|\bcollective bargaining unit\b|\bMinimum Salary\b|\bunclassified\b|\bclassified service\b"),
    (Label.COMPENSATION, 4.0, r"\bbenefits?\b.{0,60}\b(?:package|include|available|click|offer|plan|eligible)|\b(?:medical|health),? (?:and )?(?:dental|vision)|\bpaid (?:leave|holidays|vacation|time off)|\bretirement (?:system|plan|benefits)|\bpension\b|\bdeferred compensation\b|\btuition reimbursement\b|\bhealth insurance\b"),
    (Label.COMPENSATION, 3.5, r"\bprobationary period\b|\bprobation\b|\bat-will\b|\brepresented by\b|\bshift differential\b|\bexempt (?:status|from|position)|\bfull[- ]time\b|\bpart[- ]time position|\bat will\b"),
    (Label.PROCESS, 6.0, r"\bequal(?: employment)? opportunity employer\b|\bprovides? equal\b|\b(?:does|will) not discriminate\b|\bwithout regard to (?:race|age|sex|color)|\bdiverse applicants\b|\bmake reasonable accommodation|\breasonable accommodations? (?:will|may|is|are|can)\b|\bEEO employer\b"),
    (Label.PROCESS, 3.0, r"\bequal (?:employment )?opportunity\b|\bAmericans with Disabilities|\breasonable accommodation"),
    (Label.PROCESS, 3.5, r"\b(?:to apply|apply (?:online|at|by|now|through)|how to apply|applicants?|applications? (?:must|will|are|received|materials)|submit\w* (?:a|an|your|the)\b.{0,40}\b(?:application|resume|r[eé]sum[eé]|letter)|cover letter|candidates? (?:will|must|who|should)|clos(?:e|es|ing) (?:date|on|at)|open until filled|first review|deadline|interview(?:s|ed)? (?:will|are|is))\b"),
    (Label.PROCESS, 5.5, r"\b(?:not|nor) (?:intended|meant|to be (?:read|construed|interpreted|considered)|a contract|constitute)\b|\bnot announcements\b"),
    (Label.PROCESS, 5.5, r"^(?:opened|posted|closes|closing|close date|opens)\b|\b(?:posted|closes) (?:on )?\w+ \d"),
    (Label.PROCESS, 3.0, r"\bsubject to change\b|\bdoes not constitute\b|\bwritten examination\b|\bselection process\b|\beligib(?:le|ility) list\b|https?://|www\.|@\w+\.\w+|\bcontact (?:us|the)\b|\bhuman resources (?:department|division|office)\b.{0,30}\b(?:at|for)\b|\bstatement(?:s)? (?:herein|in this|above)|\bposted\b|\bclose date\b"),
    (Label.SUPERVISION, 3.5, r"\b(?:works?|performed|serves|operates|acts) under\b|\breceives?\b.{0,50}\b(?:direction|supervision|oversight|instructions?|guidance)\b|\breports (?:directly )?to\b|^report(?:s|ing)? (?:directly )?to\b|\b(?:direction|supervision) (?:is|may be) (?:provided|received|exercised|given)"),
    (Label.SUPERVISION, 4.0, r"^(?:directly |may )?(?:supervises?|oversees?|leads?|directs?|manages?|guides?)\b.{0,120}\b(?:operators?|assistants?|aides?|interns?|laborers?|workers?|analysts?|technicians?|coordinators?|specialists?|agents?|clerks?|representatives?|volunteers|crews?|employees|no one|teams?|connectors|instructors?|officers?|secretary|librarians?|planners?|leaders)\b"),
    (Label.SUPERVISION, 4.5, r"\breport(?:s|ing)? (?:directly )?to the (?-i:[A-Z])|\banswers? (?:directly )?to\b|\b(?:task|lead|technical|functional) direction\b|\btakes? direction\b|^(?:acts?|serves?) as (?:a )?(?:lead|building supervisor)\b|\brecommends discipline\b"),
    (Label.SUPERVISION, 3.5, r"\bexercis\w+\b.{0,60}\bsupervis\w+|\bno (?:formal )?supervis\w+|\b(?:directly |may )?supervises?\b.{0,80}\b(?:staff|employees|personnel|positions?|workers|full-time|crew|technicians?|volunteers)\b|\bsupervision (?:of|over)\b|\blead (?:direction|supervision)\b|\bleads? (?:and train|the work of)\b"),
    (Label.DISTINGUISHING, 4.0, r"\bdistinguish\w*\b|\bdiffer\w* (?:from|in)\b|\b(?:first|second|third|highest|lowest|entry|journey|advanced|lead|senior|full|supervisory|experienced|intermediate|top)\b.{0,40}\b(?:level|class|of (?:two|three|four))\b.{0,60}\b(?:series|class|level|is|in)\b|\bin the .{0,40} series\b|\bthe (?:former|latter)\b|\bseries (?:has|consists|comprises)\b|\b(?:two|three|four)-level\b|\bdiffers\b|\bsingle-position class|\bstand-?alone class"),
    (Label.DISTINGUISHING, 2.0, r"\bthis (?:is|class is) (?:a|an|the)\b.{0,50}\b(?:class|level|classification)\b|\ballocated to this\b|\bflexibly staffed\b"),
    (Label.SUMMARY, 1.5, r"\bis responsible for\b|\bis seeking\b|\bseeks (?:a|an)\b|\blooking for (?:a|an)\b|\bpurpose of (?:this|the)\b|\bwe are (?:hiring|seeking)\b|\bplays a\b|\bis (?:\w+ ){0,3}(?:professional|technical|clerical|administrative|supervisory|skilled|specialized|responsible|managerial|paraprofessional|manual)\b.{0,40}\bwork\b"),
)  # fmt: skip
"""Signs of a label inside a statement: label, weight, pattern (case is ignored)."""


@cache
def compiled_cues() -> tuple[tuple[Label, float, re.Pattern[str]], ...]:
    """The cues with their patterns compiled."""
    return tuple((label, weight, re.compile(pattern, re.I)) for label, weight, pattern in CUES)


@cache
def compiled_headings() -> tuple[tuple[Label, re.Pattern[str]], ...]:
    """The heading patterns compiled."""
    return tuple((label, re.compile(pattern)) for label, pattern in HEADING_PATTERNS)
