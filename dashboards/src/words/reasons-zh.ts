/**
 * The edge's commonest reasons for not trusting a message. The first pattern that fits the whole
 * reason wins; numbers and quoted words come as they are, or as `…` where many messages are meant.
 */
const REASONS: readonly (readonly [reason: string, chinese: string])[] = [
  ['no dialect recognises this message', '没有协议能识别这条消息'],
  ['no dialect recognises the object in this envelope', '没有协议能识别其中封装的内容'],
  ['only its beginning was kept, so it cannot be read again', '只留存了开头部分，无法重新解读'],
  ['the device was not adopted on that day', '当天这台设备尚未登记'],
  ['the gateway could not work it out', '边缘未能处理这条消息'],
  ['the payload is not JSON', '内容不是 JSON'],
  ['the payload is JSON, but not an object', '内容是 JSON，但不是对象'],
  ['the payload is not UTF-8', '内容不是 UTF-8 文本'],
  ['the payload nests deeper than (.+) levels', '内容嵌套超过 $1 层'],
  ['the payload has (.+) bytes, more than (.+)', '内容有 $1 字节，超过上限 $2 字节'],
  ['more than (.+) lines in one message', '一条消息包含的数值超过 $1 个'],
  ['the payload (?:has no|names no) (?:meter id|serial number|node|meter and no gateway)', '内容没有说明是哪台设备'],
  ['the payload does not tell the device', '内容没有说明是哪台设备'],
  ['the device has no name, or one of more than .+ characters', '设备没有编号，或编号过长'],
  ['the topic is not one of the mapping', '映射不包含这个主题'],
  ['there is no list at (.+)', '$1 处没有列表'],
  ['the value at (.+) cannot be read', '$1 处的值无法读取'],
  ['the value is missing', '缺少数值'],
  ['the number is not finite', '不是有限的数'],
  ['a whole number beyond .+ cannot be kept exactly', '整数过大，无法精确保存'],
  ['(.+) is outside (.+)', '$1 超出范围 $2'],
  ['the unit is missing', '缺少单位'],
  ['the unit (.+) is not understood', '无法识别单位 $1'],
  ['the unit (.+) is not one of it', '单位 $1 不适用于它'],
  ['(?:(.+) is )?not a number', '$1 不是数字'],
  ['(?:(.+) is )?not a yes or no', '$1 不是“是”或“否”'],
  ['(?:(.+) is )?not a short text', '$1 不是短文本'],
  ['(.+) is not one of (.+)', '$1 不在以下各项之中：$2'],
  ['the (?:state|status) is neither online nor offline', '状态既不是在线也不是离线'],
  ['(.+) is neither (.+) nor (.+)', '$1 既不是 $2 也不是 $3'],
  ['(.+) neither raises nor clears', '$1 既不表示发生，也不表示恢复'],
  ['no codec has decoded this frame: .+', '这一帧未经解码：请在设备配置中设置解码器'],
];

const PATTERNS = REASONS.map(([reason, chinese]) => [new RegExp(`^${reason}$`), chinese] as const);

/** A reason in Chinese; any other stays as the edge says it. */
export function reasonZh(reason: string): string {
  const [pattern, chinese] = PATTERNS.find(([known]) => known.test(reason)) ?? [];
  return pattern && chinese ? reason.replace(pattern, chinese).trim() : reason;
}
