const VARYING = /"[^"]*"|(?<!\w)'[^']*'(?!\w)|“[^”]*”|`[^`]*`|(?<!\w)[-+−]?(?:\d+(?:[.,:]\d+)*|\.\d+)(?:e[-+−]?\d+)?/gi;
/** What the range `…–…` of two numbers leaves behind. */
const RUN = /…(?:[…–]*…)/g;

/** A reason without what differs from message to message: its numbers and quoted words become `…`. */
export function reasonPattern(reason: string): string {
  return reason.replace(VARYING, '…').replace(RUN, '…').slice(0, 300);
}
