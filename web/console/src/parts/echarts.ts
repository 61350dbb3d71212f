// The parts of ECharts that are used, in a chunk of their own: only pages with a chart load it.
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use, type ECharts } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export const draw = (box: HTMLElement): ECharts => init(box, null, { renderer: 'svg' })
