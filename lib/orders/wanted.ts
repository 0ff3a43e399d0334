/** The part of an update that raises an Order's `wanted`: whoever has its money looks once more. */
export const WANTED_ONCE_MORE = {
  set: "wanted = if_not_exists(wanted, :none) + :one",
  values: { ":none": 0, ":one": 1 },
};
