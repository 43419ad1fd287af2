import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { httpUrl } from './env-types.ts';

/** A secret as it is, or the path of the file that holds it. */
function readInlineOrFile(value: string): string {
  const itself = value.trimStart().startsWith('{') || value.includes('-----BEGIN');
  return itself ? value : readFileSync(value, 'utf8');
}

/** A PEM in an environment variable often has its line ends written out. */
const pem = (text: string) => text.replaceAll('\\n', '\n');

function isKey(text: string, kind: 'rsa' | 'P-256'): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(text);
    return kind === 'rsa' ? asymmetricKeyType === 'rsa' : asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

const Account = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z
    .string()
    .transform(pem)
    .refine((key) => isKey(key, 'rsa')),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
});

const NO_ACCOUNT = 'must be the JSON of a Google service account, or the path of its file';
const NO_KEY = 'must be a P-256 private key in PEM (the .p8 file that Apple gives), or the path of its file';

const FcmAccount = z.string().transform((value, check) => {
  try {
    return Account.parse(JSON.parse(readInlineOrFile(value)));
  } catch {
    check.addIssue({ code: 'custom', message: NO_ACCOUNT });
    return z.NEVER;
  }
});

const ApnsKey = z.string().transform((value, check) => {
  try {
    const key = pem(readInlineOrFile(value));
    if (isKey(key, 'P-256')) return key;
  } catch {
    // A file that cannot be read is no key either.
  }
  check.addIssue({ code: 'custom', message: NO_KEY });
  return z.NEVER;
});

/** With these, notifications are sent to phones. */
export const PUSH_VARIABLES = {
  FCM_SERVICE_ACCOUNT: FcmAccount.optional(),
  FCM_API_URL: httpUrl.default('https://fcm.googleapis.com'),
  APNS_KEY: ApnsKey.optional(),
  APNS_KEY_ID: z.string().min(1).optional(),
  APNS_TEAM_ID: z.string().min(1).optional(),
  APNS_TOPIC: z.string().min(1).optional(),
  APNS_URL: httpUrl.default('https://api.push.apple.com'),
};

const APNS = ['APNS_KEY', 'APNS_KEY_ID', 'APNS_TEAM_ID', 'APNS_TOPIC'] as const;

/** Of what APNs needs, all is set, or nothing. */
export function checkApns(
  variables: Partial<Record<(typeof APNS)[number], string | undefined>>,
  check: z.RefinementCtx,
): void {
  const missing = APNS.filter((name) => variables[name] === undefined);
  if (missing.length === APNS.length) return;
  for (const name of missing) {
    check.addIssue({
      code: 'custom',
      path: [name],
      message: `must be set too: APNs needs ${APNS.join(', ')}`,
    });
  }
}
