import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

type Entry = { payload: AdapterPayload; expiresAtMs: number };

/** Keeps what oidc-provider stores for as long as the process lives: a restart signs everybody out here, and
 *  nothing more. The package has one like it, which it warns of as being for development; so is this issuer. */
export const memory: () => AdapterFactory = () => () => {
  const entries = new Map<string, Entry>();
  const forget = (isOver: (entry: Entry) => boolean): void => {
    for (const [id, entry] of entries) if (isOver(entry)) entries.delete(id);
  };
  const alive = (): Map<string, Entry> => {
    forget(({ expiresAtMs }) => expiresAtMs <= Date.now());
    return entries;
  };
  const findBy = (isSought: (payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
    [...alive().values()].map(({ payload }) => payload).find(isSought);
  const adapter: Adapter = {
    async upsert(id, payload, expiresInSeconds = Number.POSITIVE_INFINITY) {
      entries.set(id, { payload, expiresAtMs: Date.now() + expiresInSeconds * 1000 });
    },
    async find(id) {
      return alive().get(id)?.payload;
    },
    async findByUid(uid) {
      return findBy((payload) => payload.uid === uid);
    },
    async findByUserCode(userCode) {
      return findBy((payload) => payload.userCode === userCode);
    },
    async consume(id) {
      const entry = entries.get(id);
      if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      entries.delete(id);
    },
    async revokeByGrantId(grantId) {
      forget(({ payload }) => payload.grantId === grantId);
    },
  };
  return adapter;
};
