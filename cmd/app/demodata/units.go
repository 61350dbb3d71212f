package demodata

import (
	"fmt"

	"bangfu/service/model"
)

// The units that other records name.
const (
	farmID          = "U-farm"
	leadingGroupID  = "U-leading-group"
	officeID        = "U-office"
	hospitalID      = "U-hospital"
	serviceCentreID = "U-service-centre"
	financeID       = "U-dept-finance"
	civilAffairsID  = "U-dept-civil-affairs"
	constructionID  = "U-dept-construction"
	educationID     = "U-dept-education"
	upperBureauID   = "U-upper-bureau"
)

// organ is a unit of the farm; one with cadres has a party branch, to which they belong.
type organ struct {
	id, name string
	kind     model.UnitKind
	parentID string
	cadres   int
}

// organisation lists the farm's units, parents before children. 36 of them have a party branch and
// the cadres of all come to 110. The report ties no branch to a household, so neither do we.
func organisation() []organ {
	organs := []organ{
		{farmID, "红卫农场", model.UnitFarm, "", 0},
		{leadingGroupID, "扶贫工作领导小组", model.UnitLeadingGroup, farmID, 0},
		{officeID, "扶贫办公室", model.UnitOffice, leadingGroupID, 0},
	}
	organs = append(organs, departments()...)
	for i, n := range []string{"一", "二", "三", "四", "五", "六"} {
		organs = append(organs, organ{areaID(i + 1), "第" + n + "管理区", model.UnitManagementArea, farmID, 6})
	}
	for i, n := range []string{"一", "二", "三", "四"} {
		organs = append(organs, organ{communityID(i + 1), "第" + n + "社区居民委", model.UnitCommunity, farmID, 4})
	}
	return append(
		organs,
		organ{hospitalID, "农场医院", model.UnitHospital, farmID, 8},
		organ{serviceCentreID, "精准扶贫服务中心", model.UnitServiceCentre, farmID, 0},
		organ{"U-love-market", "责任爱心超市", model.UnitLoveMarket, farmID, 0},
		organ{"U-cooperative", "红卫润之源食用菌合作社", model.UnitCooperative, farmID, 0},
		organ{"U-insurer", "阳光农业相互保险公司", model.UnitInsurer, "", 0},
		organ{"U-upper-general-bureau", "总局", model.UnitUpper, "", 0},
		organ{upperBureauID, "管理局", model.UnitUpper, "U-upper-general-bureau", 0},
	)
}

func departments() []organ {
	names := []struct{ code, name string }{
		{"organisation", "组织部"},
		{"publicity", "宣传部"},
		{"discipline", "纪检监察科"},
		{"general", "综合办公室"},
		{"union", "工会"},
		{"youth-league", "团委"},
		{"armed-forces", "武装部"},
		{"finance", "财务科"},
		{"civil-affairs", "民政科"},
		{"agriculture", "农业科"},
		{"livestock", "畜牧科"},
		{"forestry", "林业科"},
		{"water", "水务科"},
		{"land", "土地科"},
		{"construction", "建设科"},
		{"industry", "工商科"},
		{"transport", "交通科"},
		{"labour", "人力资源和社会保障科"},
		{"education", "教育科"},
		{"culture", "文化体育科"},
		{"health", "卫生科"},
		{"safety", "安全生产科"},
		{"audit", "审计科"},
		{"statistics", "统计科"},
		{"justice", "司法科"},
	}
	organs := make([]organ, len(names))
	for i, n := range names {
		organs[i] = organ{"U-dept-" + n.code, n.name, model.UnitDepartment, farmID, 2}
	}
	return organs
}

func areaID(n int) string { return fmt.Sprintf("U-area-%d", n) }

func communityID(n int) string { return fmt.Sprintf("U-community-%d", n) }

// unitTree makes the units with their paths, and the party branches below the units they serve.
func unitTree(organs []organ) []model.Unit {
	paths := map[string][]string{"": nil}
	var units, branches []model.Unit
	for _, o := range organs {
		path := paths[o.parentID]
		below := append(path[:len(path):len(path)], o.id)
		paths[o.id] = below
		units = append(units, model.Unit{ID: o.id, Name: o.name, Kind: o.kind, ParentID: o.parentID, Path: path})
		if o.cadres > 0 {
			branches = append(branches, model.Unit{
				ID: branchID(o), Name: o.name + "党支部", Kind: model.UnitPartyBranch, ParentID: o.id, Path: below,
			})
		}
	}
	return append(units, branches...)
}

// branchID turns U-area-1 into U-branch-area-1.
func branchID(o organ) string { return "U-branch-" + o.id[len("U-"):] }
