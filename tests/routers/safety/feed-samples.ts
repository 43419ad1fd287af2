/** Ten entries in each format that feeds are published in; the hosts are invented, the form is that of the publisher. */

const NAMES = ['login', 'parcel', 'refund', 'wallet', 'verify', 'bank', 'toll', 'prize', 'invoice', 'update'];
const HOSTS = NAMES.map((name, i) => `${name}-secure${i}.kjhwq.top`);
const URLS = HOSTS.map((host, i) => `https://${host}/signin/index.php?id=${i},a`);

const csv = (...cells: string[]) => cells.map((cell) => `"${cell}"`).join(',');

export interface FeedSample {
  /** what a file of the format holds */
  text: string | Buffer;
  /** addresses that it lists */
  listed: string[];
}

export const FEED_SAMPLES: Record<string, FeedSample> = {
  'one URL a line (OpenPhish)': { text: `${URLS.join('\n')}\n`, listed: URLS },
  'one host a line (Phishing.Database)': { text: `${HOSTS.join('\r\n')}\r\n`, listed: HOSTS },
  'a hosts file': {
    text: `# Title: hosts\n127.0.0.1 localhost\n::1 localhost\n${HOSTS.map((host) => `0.0.0.0 ${host} # phishing`).join('\n')}\n`,
    listed: HOSTS,
  },
  'adblock filters': {
    text: `[Adblock Plus 2.0]\n! Title: list\n${HOSTS.map((host) => `||${host}^$all`).join('\n')}\n`,
    listed: HOSTS,
  },
  'URLhaus CSV': {
    text: [
      '################################################################',
      '# abuse.ch URLhaus Database Dump (CSV - recent URLs only)      #',
      '# Last updated: 2026-08-01 10:00:05 (UTC)                      #',
      '#',
      '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter',
      ...URLS.map((url, i) =>
        csv(
          `37000${i}`,
          '2026-08-01 10:00:05',
          url,
          'online',
          '2026-08-01 10:00:05',
          'malware_download',
          'elf,mirai',
          `https://urlhaus.abuse.ch/url/37000${i}/`,
          'reporter',
        ),
      ),
    ].join('\r\n'),
    listed: URLS,
  },
  'PhishTank JSON': {
    text: JSON.stringify(
      URLS.map((url, i) => ({
        phish_id: 9000 + i,
        url,
        phish_detail_url: `http://www.phishtank.com/phish_detail.php?phish_id=${9000 + i}`,
        submission_time: '2026-08-01T10:00:05+00:00',
        verified: 'yes',
        details: [{ ip_address: '198.51.100.7', cidr_block: '198.51.100.0/24', country: 'US' }],
        target: 'Other',
      })),
    ),
    listed: URLS,
  },
  'PhishTank CSV': {
    text: [
      'phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target',
      ...URLS.map(
        (url, i) =>
          `${9000 + i},"${url}",http://www.phishtank.com/phish_detail.php?phish_id=${9000 + i},2026-08-01T10:00:05+00:00,yes,2026-08-01T10:00:06+00:00,yes,Other`,
      ),
    ].join('\n'),
    listed: URLS,
  },
  'a MISP list': {
    text: JSON.stringify({
      name: 'Phishing hosts',
      type: 'hostname',
      version: 20260801,
      description: 'Hosts',
      matching_attributes: ['hostname', 'domain', 'url'],
      list: HOSTS,
    }),
    listed: HOSTS,
  },
  'a MISP event': {
    text: JSON.stringify({
      Event: {
        info: 'Phishing',
        date: '2026-08-01',
        Tag: [{ name: 'tlp:clear' }],
        Attribute: [
          ...URLS.map((value) => ({ type: 'url', category: 'Network activity', value, to_ids: true })),
          { type: 'sha256', category: 'Payload delivery', value: 'a'.repeat(64) },
        ],
      },
    }),
    listed: URLS,
  },
  "the Korean authority's CSV, in EUC-KR": {
    // The header says 날짜,홈페이지주소.
    text: Buffer.concat([
      Buffer.from('b3afc2a52cc8a8c6e4c0ccc1f6c1d6bcd20d0a', 'hex'),
      Buffer.from(HOSTS.map((host) => `2024-01-02,${host}\r\n`).join('')),
    ]),
    listed: HOSTS,
  },
  'defanged lines': {
    text: URLS.map((url) => url.replace('https', 'hxxps').replaceAll('.', '[.]')).join('\n'),
    listed: URLS,
  },
};
