/**
 * The cyclic redundancy checks that S3 knows, as raw big-endian bytes. By table: Node's `zlib.crc32` is missing
 * from the oldest Node that we support, and the other two are in no Node at all.
 */
function table32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });
}

function crc32With(table: Uint32Array, data: Uint8Array): Buffer {
  let crc = 0xffffffff;
  for (let i = 0; i < data.length; i++) crc = (table[(crc ^ (data[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  const out = Buffer.alloc(4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return out;
}

const ieee = table32(0xedb88320);
const castagnoli = table32(0x82f63b78);

export function crc32(data: Uint8Array): Buffer {
  return crc32With(ieee, data);
}

export function crc32c(data: Uint8Array): Buffer {
  return crc32With(castagnoli, data);
}

// 64 bits in two halves: a BigInt step for each byte is a hundred times slower.
const nvmeHigh = new Uint32Array(256);
const nvmeLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = ((low >>> 1) | (high << 31)) >>> 0;
    high >>>= 1;
    if (odd) {
      high = (high ^ 0x9a6c9329) >>> 0;
      low = (low ^ 0xac4bc9b5) >>> 0;
    }
  }
  nvmeHigh[byte] = high;
  nvmeLow[byte] = low;
}

/** CRC-64/NVME: what S3 computes for an upload that brings no checksum, and the newest clients send. */
export function crc64nvme(data: Uint8Array): Buffer {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let i = 0; i < data.length; i++) {
    const at = (low ^ (data[i] as number)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (nvmeLow[at] as number);
    high = (high >>> 8) ^ (nvmeHigh[at] as number);
  }
  const out = Buffer.alloc(8);
  out.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0);
  out.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4);
  return out;
}
