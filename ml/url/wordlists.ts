/** Word lists of the rules. Each comment states the criterion of its list. */

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

/** Words of pages that ask for a password, a card or a name. */
export const LOGIN_WORDS = words(`
  login logon signin signon log-in sign-in verify verification verifications verified account accounts secure
  security auth authenticate authentication authorize password passwd unlock suspended suspend confirm
  confirmation validate validation recover recovery billing webscr credential credentials identity otp
  kyc reactivate restore nidlogin userlogin weblogin`);

/** Further words that stand beside a brand's name in phishing domains. */
export const BAIT_WORDS = words(`
  account accounts admin alert alerts app appeal apps approve auth authen bank banking benefit billing
  bonus business card cards center centre check claim client clients cloud cmd confirm connect contact cs
  customer customers delivery deliver discount doc docs drive email event events exchange express form free gift gifts
  giveaway help helpcenter helpdesk home id identity info invoice invoices jp kr kyc live log login logins logon mail
  member members membership message mobile my myaccount new notice notification official online order
  package page pages parcel pass pay payment payments payout plus point points portal post premium
  prime promo protect protection ref refund register renew renewal reset resolve restore reward rewards safe safety
  sale scan secure secured security server service services session share shipping shop sign signin
  signon sms sso staff status store submit support survey sync system tax team tech ticket token
  track tracking transfer trust unlock unsubscribe update updates upgrade user users validate loan loans credit coin trade airdrop review reviews robux cash money
  explore learn nid validation verification verified verify voucher vip wallet web webmail win www co com net org ne go io`);

/** Bait that counts even beside names that are ordinary words (`apple`, `line`, `kb`). */
export const STRONG_BAIT = words(`
  login logon signin secure secured security verify verification verified account accounts myaccount unlock
  suspended auth update billing refund confirm validate recovery wallet bank banking tracking
  delivery parcel helpdesk sso kyc otp webmail reward giveaway airdrop claim`);

/** Korean bait beside a brand's name in an internationalized domain name. */
export const HANGUL_BAIT = /로그인|인증|고객|이벤트|은행|뱅킹|택배|배송|조회|결제|보안|지원금|환급|당첨|대출/;

/** Suffixes of which at least 87 of 100 registrable domains in the training set were malicious (see RULES.md). */
export const RISKY_SUFFIXES = words(`
  asia baby bar best biz.id black bond buzz cam cc cf cfd click club cyou fit fun ga gq group help homes icu
  ink lat life live ltd ml monster my.id one online ooo pink qpon quest rest sbs shop site skin store
  support tk top vip wang web.id win work world xin xyz blue rip gdn loan men date stream bid`);

/** URL shorteners. */
export const SHORTENERS = words(`
  bit.ly bitly.com tinyurl.com goo.gl t.co ow.ly is.gd v.gd buff.ly rb.gy cutt.ly shorturl.at t.ly tiny.cc
  rebrand.ly soo.gd s.id bl.ink lnkd.in adf.ly shorte.st ouo.io x.co u.to qr.ae qrco.de q-r.to me2.do
  han.gl url.kr buly.kr vo.la c11.kr bit.do clck.ru vk.cc urlz.fr tny.im shrtco.de t2m.io naver.me kko.to
  asq.kr me-qr.com qr1.be scnv.io short.gy dub.sh shorturl.asia 2u.pw u.nu surl.li reurl.cc lihi.cc dlvr.it
  trib.al fb.me amzn.to a.co aka.ms 1drv.ms db.tt`);

/**
 * Services that give each customer a subdomain with its name (support desks, careers, mailings, app links). A brand's
 * name there is usually the brand itself.
 */
export const TENANT_DOMAINS = words(`
  zendesk.com freshdesk.com intercom.help custhelp.com helpscoutdocs.com statuspage.io channel.io readme.io
  recruiter.co.kr greetinghr.com ninehire.site myworkdayjobs.com workday.com greenhouse.io lever.co ashbyhq.com
  bamboohr.com icims.com taleo.net successfactors.com breezy.hr okta.com auth0.com onelogin.com atlassian.net
  service-now.com salesforce.com force.com hubspot.com worksmobile.com onelink.me app.link adj.st airbridge.io
  list-manage.com sjv.io pxf.io wurl.tv amagi.tv edgesuite.net edgekey.net fastly.net cloudfront.net`);

/** Extensions of programs, except `com`, which is also a top-level domain. */
export const PROGRAM_EXTENSIONS = words(`
  exe scr bat cmd msi apk jar vbs vbe wsf hta ps1 lnk pif cpl dll iso img xapk apkm dmg`);

/** Extensions of documents and pictures, for double extensions such as `invoice.pdf.exe`. */
export const DOCUMENT_EXTENSIONS = words(`
  pdf doc docx xls xlsx ppt pptx hwp hwpx txt jpg jpeg png gif zip mp4 mp3 csv html htm`);

/** Usual ports of web servers. */
export const USUAL_PORTS = new Set([80, 443, 8080, 8443, 8000, 8888, 3000, 5000]);
