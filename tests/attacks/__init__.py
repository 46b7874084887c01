"""What somebody with the web role's or the owner's password does, and who notices: the rows of docs/threat-model.md, played."""
