/**
 * How Node is started for an edge, because V8 reads these before any code of ours runs. Left to itself it trades
 * memory for a little processor time, which is right for a server and wrong for a box in a basement: with 10,000
 * devices it takes half as much again. A fifth above what is in use is room enough (`--heap-growing-percent`), and
 * what a message leaves behind is forgotten soon (`--max-semi-space-size`, MB). The container's command names the same.
 */
export const EDGE_NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=20'] as const;
