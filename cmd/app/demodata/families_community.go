package demodata

import "bangfu/service/model"

// communityFamilies live in the communities at the farm's seat.
var communityFamilies = []family{
	{
		unit: communityID(1), house: "3号楼1单元301室", area: 50, monthly: 390, rent: 6400, causes: []string{disabled},
		members: []member{
			{name: "韩秀芹", sex: female, relation: model.RelationHead, born: "1960-05-24", labour: labourWeak, disability: "肢体残疾", grade: 3},
		},
	},
	{
		unit: communityID(1), house: "1号楼3单元301室", area: 52, monthly: 420, rent: 6200, causes: []string{disabled},
		members: []member{
			{name: "唐玉芬", sex: female, relation: model.RelationHead, born: "1954-03-17", labour: labourNone, disability: "肢体残疾", grade: 1},
		},
	},
	{
		unit: communityID(1), house: "6号楼2单元201室", area: 62, monthly: 810, causes: []string{noSkill},
		members: []member{
			{name: "冯守田", sex: male, relation: model.RelationHead, born: "1962-04-03", labour: labourWeak},
			{name: "董彩霞", sex: female, relation: model.RelationSpouse, born: "1964-02-13", labour: labourWeak},
		},
	},
	{
		unit: communityID(2), house: "9号楼3单元101室", area: 52, monthly: 410, rent: 6600, causes: []string{illness},
		members: []member{
			{name: "于秀云", sex: female, relation: model.RelationHead, born: "1946-01-15", labour: labourNone, chronic: []string{"慢性阻塞性肺病"}, reimbursed: 2400},
		},
	},
	{
		unit: communityID(2), house: "8号楼2单元101室", area: 62, monthly: 1175, rent: 6700, fourth: true, causes: []string{noFunds},
		members: []member{
			{name: "董福全", sex: male, relation: model.RelationHead, born: "1966-02-24", labour: labourFull},
			{name: "何秀云", sex: female, relation: model.RelationSpouse, born: "1968-04-24", labour: labourWeak},
			{name: "董素珍", sex: female, relation: model.RelationParent, born: "1941-12-21", labour: labourNone},
		},
	},
	{
		unit: communityID(2), house: "4号楼1单元301室", area: 44, monthly: 400, causes: []string{disabled},
		members: []member{
			{name: "萧志田", sex: male, relation: model.RelationHead, born: "1962-01-20", labour: labourNone, disability: "视力残疾", grade: 2},
		},
	},
	{
		unit: communityID(3), house: "1号楼2单元101室", area: 58, monthly: 740, rent: 5700, causes: []string{illness},
		members: []member{
			{name: "程志田", sex: male, relation: model.RelationHead, born: "1946-06-09", labour: labourNone, chronic: []string{"类风湿关节炎"}, reimbursed: 1800},
			{name: "程宝林", sex: male, relation: model.RelationChild, born: "1974-10-05", labour: labourFull},
		},
	},
	{
		unit: communityID(3), house: "8号楼2单元301室", area: 54, monthly: 430, causes: []string{noLabour},
		members: []member{
			{name: "曹文喜", sex: male, relation: model.RelationHead, born: "1941-12-07", labour: labourNone},
		},
	},
	{
		unit: communityID(3), house: "2号楼2单元101室", area: 54, monthly: 410, causes: []string{noFunds},
		members: []member{
			{name: "袁喜成", sex: male, relation: model.RelationHead, born: "1952-02-18", labour: labourWeak},
		},
	},
	{
		unit: communityID(4), house: "2号楼3单元101室", area: 56, monthly: 785, rent: 5600, causes: []string{noSkill},
		members: []member{
			{name: "邓景和", sex: male, relation: model.RelationHead, born: "1951-08-03", labour: labourWeak},
			{name: "邓贵生", sex: male, relation: model.RelationChild, born: "1977-07-07", labour: labourFull},
		},
	},
	{
		unit: communityID(4), house: "9号楼2单元101室", area: 52, monthly: 395, causes: []string{disabled},
		members: []member{
			{name: "许立柱", sex: male, relation: model.RelationHead, born: "1946-06-05", labour: labourNone, disability: "精神残疾", grade: 2},
		},
	},
	{
		unit: communityID(4), house: "3号楼2单元201室", area: 52, monthly: 755, rent: 6000, causes: []string{noFunds},
		members: []member{
			{name: "傅福全", sex: male, relation: model.RelationHead, born: "1953-04-16", labour: labourWeak},
			{name: "董秀珍", sex: female, relation: model.RelationSpouse, born: "1954-01-16", labour: labourWeak},
		},
	},
}
