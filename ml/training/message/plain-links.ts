/** A simple link finder for training and tests, which do not test the product's finder. */

import type { MessageLink } from '../../message/links.ts';
import { canonicalize } from '../../url/canonical.ts';

const SUFFIXES = `com net org kr info top xyz cc ly me gl uk click lol to do link co in io cn us store shop site online
  space club vip icu live app page pics bond cfd sbs bid de nl fr es be ch au ca ie sg id jp ru tk ml ga cf gq biz tv
  im pro life help support world today website tech fun cloud dev se ws buzz quest rest mobi asia name cam ink gd my
  ph hk tw vn za ng br mx it pl at dk no fi nz la su am fm ai gg so sh st pw win bar one run media gov edu`;

const LINK = new RegExp(
  String.raw`(?:https?|hxxps?):/{1,3}[^\s<>"'\])}가-힣]+|(?<![\w@.-])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,5}\.(?:${SUFFIXES.split(/\s+/).join('|')})(?![\w-]|\.[a-z])(?:[/?][^\s<>"'\])}가-힣]*)?`,
  'gi',
);

/** With a scheme, or a name under a usual suffix; in order. */
export function findPlainLinks(text: string): MessageLink[] {
  return [...text.matchAll(LINK)].flatMap(({ 0: whole, index }) => {
    const link = whole.replace(/[.,;:!?)\]]+$/, '');
    if (!link.includes('.') || canonicalize(link) === null) return [];
    return [{ url: link.replace(/^hxxp/i, 'http'), start: index, end: index + link.length }];
  });
}
