import type { Language } from '../../ml/text/language.ts';

/**
 * The first language of ours in an `Accept-Language` header (RFC 9110, section 12.5.4), by weight;
 * null when it names none of ours.
 */
export function acceptedLanguage(header: string | null | undefined): Language | null {
  if (!header) return null;
  let best: Language | null = null;
  let bestQuality = 0;
  for (const range of header.split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = tag.startsWith('ko') ? 'ko' : tag.startsWith('en') ? 'en' : null;
    if (!language) continue;
    const q = parameters.map((parameter) => parameter.trim()).find((p) => p.startsWith('q='));
    const quality = q ? Number(q.slice(2)) : 1;
    if (quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}
