/**
 * What people call an Order by, `7K3F-92QD`: the last eight characters of its id, which are random (the ULID specification)
 * and have no I, L, O or U to be misread. It is no key: of a Marketplace's million Orders, some two share one every third time.
 */
export const orderNumber = (id: string): string => `${id.slice(-8, -4)}-${id.slice(-4)}`;
