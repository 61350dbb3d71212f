package demodata

import "bangfu/service/model"

// areaFamilies live in the management areas; a management area keeps their files.
var areaFamilies = []family{
	{
		unit: areaID(1), house: "12栋1单元301室", area: 60, monthly: 1125, rent: 5800, relief: 1500, causes: []string{schooling, illness},
		members: []member{
			{name: "王志田", sex: male, relation: model.RelationHead, born: "1969-10-15", labour: labourFull},
			{name: "吴秀芹", sex: female, relation: model.RelationSpouse, born: "1972-11-12", labour: labourWeak},
			{name: "王子涵", sex: male, relation: model.RelationChild, born: "1998-01-26", labour: labourNone, stage: stageUniversity, grant: newEntrant},
		},
	},
	{
		unit: areaID(1), house: "4栋3单元201室", area: 58, monthly: 750, causes: []string{schooling},
		members: []member{
			{name: "李喜成", sex: male, relation: model.RelationHead, born: "1968-07-28", labour: labourWeak},
			{name: "李晓宇", sex: female, relation: model.RelationChild, born: "1998-05-17", labour: labourNone, stage: stageUniversity, grant: newEntrant},
		},
	},
	{
		unit: areaID(1), house: "8栋4单元301室", area: 46, monthly: 380, rent: 6500, causes: []string{noLabour},
		members: []member{
			{name: "张秋菊", sex: female, relation: model.RelationHead, born: "1942-01-24", labour: labourNone},
		},
	},
	{
		unit: areaID(1), house: "10栋1单元102室", area: 46, monthly: 385, rent: 6900, causes: []string{noSkill},
		members: []member{
			{name: "刘贵生", sex: male, relation: model.RelationHead, born: "1954-09-01", labour: labourWeak},
		},
	},
	{
		unit: areaID(2), house: "4栋2单元201室", area: 70, monthly: 1165, relief: 1200, causes: []string{schooling, illness},
		members: []member{
			{name: "陈立柱", sex: male, relation: model.RelationHead, born: "1969-03-16", labour: labourFull},
			{name: "黄彩霞", sex: female, relation: model.RelationSpouse, born: "1969-06-22", labour: labourWeak},
			{name: "陈静雯", sex: female, relation: model.RelationChild, born: "2000-09-02", labour: labourNone, stage: stageSecondary, grant: senior},
		},
	},
	{
		unit: areaID(2), house: "9栋2单元302室", area: 66, monthly: 815, rent: 6700, causes: []string{illness, schooling},
		members: []member{
			{name: "杨彩霞", sex: female, relation: model.RelationHead, born: "1966-02-17", labour: labourWeak, chronic: []string{"高血压"}, reimbursed: 2600},
			{name: "杨晓宇", sex: male, relation: model.RelationChild, born: "1997-06-20", labour: labourNone, stage: stageUniversity, grant: university},
		},
	},
	{
		unit: areaID(2), house: "12栋3单元301室", area: 50, monthly: 420, rent: 5800, relief: 800, causes: []string{illness},
		members: []member{
			{name: "赵德顺", sex: male, relation: model.RelationHead, born: "1955-08-17", labour: labourWeak},
		},
	},
	{
		unit: areaID(2), house: "4栋3单元101室", area: 56, monthly: 810, rent: 6500, causes: []string{noSkill},
		members: []member{
			{name: "黄凤山", sex: male, relation: model.RelationHead, born: "1948-08-05", labour: labourWeak},
			{name: "林月娥", sex: female, relation: model.RelationSpouse, born: "1951-06-03", labour: labourWeak},
		},
	},
	{
		unit: areaID(3), house: "3栋4单元102室", area: 52, monthly: 430, causes: []string{noFunds},
		members: []member{
			{name: "周玉山", sex: male, relation: model.RelationHead, born: "1968-11-12", labour: labourWeak},
		},
	},
	{
		unit: areaID(3), house: "3栋4单元301室", area: 48, monthly: 390, causes: []string{noSkill},
		members: []member{
			{name: "吴凤琴", sex: female, relation: model.RelationHead, born: "1964-08-06", labour: labourWeak},
		},
	},
	{
		unit: areaID(3), house: "9栋4单元202室", area: 62, monthly: 845, rent: 5300, causes: []string{disabled},
		members: []member{
			{name: "徐喜成", sex: male, relation: model.RelationHead, born: "1954-06-14", labour: labourWeak, disability: "听力残疾", grade: 3},
			{name: "李春兰", sex: female, relation: model.RelationSpouse, born: "1954-12-12", labour: labourWeak},
		},
	},
	{
		unit: areaID(3), house: "2栋3单元201室", area: 54, monthly: 825, rent: 6700, causes: []string{illness, disabled},
		members: []member{
			{name: "孙景和", sex: male, relation: model.RelationHead, born: "1942-07-11", labour: labourNone, chronic: []string{"糖尿病"}, reimbursed: 1900, disability: "肢体残疾", grade: 4, certified: 9},
			{name: "高玉兰", sex: female, relation: model.RelationSpouse, born: "1946-02-04", labour: labourNone},
		},
	},
	{
		unit: areaID(4), house: "1栋2单元202室", area: 70, monthly: 1085, rent: 6000, causes: []string{schooling},
		members: []member{
			{name: "胡玉山", sex: male, relation: model.RelationHead, born: "1968-03-09", labour: labourFull},
			{name: "于凤琴", sex: female, relation: model.RelationSpouse, born: "1970-07-05", labour: labourWeak},
			{name: "胡静雯", sex: female, relation: model.RelationChild, born: "1997-02-09", labour: labourNone, stage: stageUniversity, grant: university},
		},
	},
	{
		unit: areaID(4), house: "2栋2单元101室", area: 44, monthly: 420, causes: []string{noLabour},
		members: []member{
			{name: "朱有才", sex: male, relation: model.RelationHead, born: "1938-11-03", labour: labourNone},
		},
	},
	{
		unit: areaID(4), house: "5栋2单元101室", area: 50, monthly: 415, rent: 6900, causes: []string{noFunds},
		members: []member{
			{name: "高占江", sex: male, relation: model.RelationHead, born: "1965-01-11", labour: labourWeak},
		},
	},
	{
		unit: areaID(4), house: "11栋3单元301室", area: 58, monthly: 770, rent: 5900, causes: []string{noFunds},
		members: []member{
			{name: "林殿福", sex: male, relation: model.RelationHead, born: "1958-12-08", labour: labourWeak},
			{name: "林有才", sex: male, relation: model.RelationChild, born: "1982-03-07", labour: labourFull},
		},
	},
	{
		unit: areaID(5), house: "9栋2单元301室", area: 66, monthly: 1125, causes: []string{schooling},
		members: []member{
			{name: "何景和", sex: male, relation: model.RelationHead, born: "1981-05-15", labour: labourFull},
			{name: "孙玉梅", sex: female, relation: model.RelationSpouse, born: "1983-01-09", labour: labourWeak},
			{name: "何晓宇", sex: male, relation: model.RelationChild, born: "2012-12-17", labour: labourNone, stage: stageNursery, grant: nursery},
		},
	},
	{
		unit: areaID(5), house: "11栋4单元301室", area: 48, monthly: 400, causes: []string{noFunds},
		members: []member{
			{name: "郭志田", sex: male, relation: model.RelationHead, born: "1952-02-22", labour: labourWeak},
		},
	},
	{
		unit: areaID(5), house: "3栋4单元201室", area: 56, monthly: 785, causes: []string{illness},
		members: []member{
			{name: "马喜成", sex: male, relation: model.RelationHead, born: "1954-09-10", labour: labourWeak},
			{name: "马万和", sex: male, relation: model.RelationChild, born: "1979-12-24", labour: labourFull},
		},
	},
	{
		unit: areaID(5), house: "1栋4单元102室", area: 68, monthly: 1145, rent: 5500, causes: []string{schooling},
		members: []member{
			{name: "罗广禄", sex: male, relation: model.RelationHead, born: "1968-03-01", labour: labourFull},
			{name: "何月娥", sex: female, relation: model.RelationSpouse, born: "1969-01-03", labour: labourWeak},
			{name: "罗小禾", sex: female, relation: model.RelationChild, born: "2000-12-10", labour: labourNone, stage: stageSecondary, grant: senior},
		},
	},
	{
		unit: areaID(6), house: "9栋3单元102室", area: 50, monthly: 415, causes: []string{noLabour},
		members: []member{
			{name: "梁万和", sex: male, relation: model.RelationHead, born: "1938-05-12", labour: labourNone},
		},
	},
	{
		unit: areaID(6), house: "1栋3单元202室", area: 56, monthly: 385, causes: []string{illness},
		members: []member{
			{name: "宋忠良", sex: male, relation: model.RelationHead, born: "1962-04-12", labour: labourWeak, chronic: []string{"冠心病"}, reimbursed: 2300},
		},
	},
	{
		unit: areaID(6), house: "7栋1单元201室", area: 66, monthly: 1180, rent: 6300, fourth: true, causes: []string{noSkill},
		members: []member{
			{name: "郑景和", sex: male, relation: model.RelationHead, born: "1962-08-09", labour: labourFull},
			{name: "胡翠花", sex: female, relation: model.RelationSpouse, born: "1962-02-09", labour: labourWeak},
			{name: "郑秀云", sex: female, relation: model.RelationParent, born: "1937-07-19", labour: labourNone},
		},
	},
	{
		unit: areaID(6), house: "11栋4单元201室", area: 52, monthly: 395, rent: 6200, causes: []string{noLabour},
		members: []member{
			{name: "谢玉山", sex: male, relation: model.RelationHead, born: "1940-10-17", labour: labourNone},
		},
	},
}
