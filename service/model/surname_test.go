package model_test

import (
	"testing"

	"bangfu/service/model"
)

func TestSurname(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "王": "王", "王明": "王", "王小明": "王", "欧阳修": "欧阳", "欧阳小虎": "欧阳", "欧阳": "欧", "东方明": "东", "阿依古丽·买买提": "阿", "Tom": "T",
	} {
		if got := model.Surname(name); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
}
