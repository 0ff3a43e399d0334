import { expect, it } from "vitest";
import { isPublicAddress } from "../../../lib/callbacks/is_public_address.ts";

it.each(["8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::200e"])(
  "takes %s for somebody's on the Internet",
  (address) => expect(isPublicAddress(address)).toBe(true),
);

it.each([
  ["this machine", "127.0.0.1", "127.8.8.8", "::1"],
  ["nowhere", "0.0.0.0", "0.1.2.3", "::"],
  [
    "a private network",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fc00::1",
    "fdff::1",
    "fec0::1",
  ],
  ["this link, and a cloud's metadata", "169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254"],
  ["a carrier's network", "100.64.0.1", "100.127.255.255"],
  ["a group, and everybody", "224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1"],
  ["what is kept for papers, tests and later", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1"],
  ["the same", "240.0.0.1", "192.0.0.8", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1"],
  [
    "IPv4 in IPv6",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::a9fe:a9fe",
  ],
  ["the same by tunnels", "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "2002:808:808::", "2001::1"],
  ["no address", "", "localhost", "8.8.8", "0x08080808", "010.8.8.8", "[::1]"],
])("takes none for somebody's that is %s", (_what, ...addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});
