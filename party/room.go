package party

import "callout/store"

// Collections lists what this room keeps.
func Collections() []store.AnyCollection {
	return []store.AnyCollection{Companies, Branches, People, Tokens, Keys, Identities, Devices}
}

// Commands lists what can be done in this room.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &InitCompany{} },
		func() store.Command { return &EditCompany{} },
		func() store.Command { return &AddBranch{} },
		func() store.Command { return &EditBranch{} },
		func() store.Command { return &AddHolidays{} },
		func() store.Command { return &RemoveHoliday{} },
		func() store.Command { return &ChangeRoles{} },
		func() store.Command { return &AddUser{} },
		func() store.Command { return &IssueToken{} },
		func() store.Command { return &RevokeToken{} },
		func() store.Command { return &AddKey{} },
		func() store.Command { return &RemoveKey{} },
		func() store.Command { return &BindIdentity{} },
		func() store.Command { return &UnbindIdentity{} },
		func() store.Command { return &EnrolDevice{} },
		func() store.Command { return &RevokeDevice{} },
	}
}
