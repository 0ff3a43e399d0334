/** One picture of a film: a still WebP, and how long it stands. */
export type Frame = { webp: Buffer; ms: number };

export const SIZE = { width: 1_000, height: 640 };

/** Still pictures of that size as one animated WebP, for ever (RFC 9649, 2.7: "Extended File Format"). */
export function webpOf(frames: Frame[]): Buffer {
  const canvas = Buffer.concat([
    Buffer.from([ANIMATED, 0, 0, 0]),
    uint24(SIZE.width - 1),
    uint24(SIZE.height - 1),
  ]);
  const background = Buffer.alloc(4);
  const loops = Buffer.alloc(2);
  const chunks = [
    chunk("VP8X", canvas),
    chunk("ANIM", Buffer.concat([background, loops])),
    ...frames.map((frame) => chunk("ANMF", animationFrame(frame))),
  ];
  return chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks]));
}

const ANIMATED = 0b10;
/** Each frame covers the one before it, whole. */
const WITHOUT_BLENDING = 0b10;

const animationFrame = ({ webp, ms }: Frame): Buffer =>
  Buffer.concat([
    uint24(0),
    uint24(0),
    uint24(SIZE.width - 1),
    uint24(SIZE.height - 1),
    uint24(ms),
    Buffer.from([WITHOUT_BLENDING]),
    imageIn(webp),
  ]);

/** The chunk of a still WebP that is its picture, without what stands around it. */
function imageIn(webp: Buffer): Buffer {
  for (let start = 12; start < webp.length; ) {
    const name = webp.toString("latin1", start, start + 4);
    const length = webp.readUInt32LE(start + 4);
    const end = start + 8 + length + (length % 2);
    if (name === "VP8 " || name === "VP8L") return webp.subarray(start, end);
    start = end;
  }
  throw new Error("a WebP without a picture");
}

function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(name), length, content, Buffer.alloc(content.length % 2)]);
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}
