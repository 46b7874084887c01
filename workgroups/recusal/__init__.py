"""回避 (#15–#19, #23, #24, #26): declare, compare, rule, enforce, challenge, look again."""
