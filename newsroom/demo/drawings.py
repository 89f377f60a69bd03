"""
The pictures of the demo newsroom, drawn in flat shapes: the same bytes in every run, and nobody's rights in them.

Each drawing is a function of a Sheet, whose unit is the thousandth of its width. `pictures()` names what each shows.
"""

import io
import math
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

WIDTH, FACE, FINER = 1600, 640, 2  # pixels; drawn twice as large for smooth edges
RATIO = 2 / 3

NIGHT, SEA = "#14233a", "#1c3a52"
PAPER, INK = "#f3ede0", "#22262c"
RED, AMBER, GREEN, SKY = "#b3402e", "#e2a63d", "#5b7d62", "#a9c4d0"


@dataclass(frozen=True)
class Sheet:
    """A sheet to draw on; lengths in thousandths of its width, from the top left."""

    draw: ImageDraw.ImageDraw
    unit: float

    def _at(self, points):
        return [(x * self.unit, y * self.unit) for x, y in points]

    def area(self, colour, *points):
        self.draw.polygon(self._at(points), fill=colour)

    def box(self, colour, left, top, right, bottom):
        self.draw.rectangle(self._at([(left, top), (right, bottom)]), fill=colour)

    def disc(self, colour, x, y, radius, tall=None):
        tall = tall or radius
        self.draw.ellipse(self._at([(x - radius, y - tall), (x + radius, y + tall)]), fill=colour)

    def line(self, colour, width, *points):
        self.draw.line(self._at(points), fill=colour, width=round(width * self.unit), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(colour, x, y, width / 2)

    def waves(self, colour, top, height, length, shift=0, bottom=700):
        """A sea whose surface is a row of soft waves."""
        crest = [
            (x, top + height * math.sin((x + shift) / length * 2 * math.pi)) for x in range(-10, 1011, 5)
        ]
        self.area(colour, *crest, (1010, bottom), (-10, bottom))


def barrier(sheet):
    """Five gates of a tide barrier at dusk, the water high against them."""
    sheet.box("#e9b872", 0, 0, 1000, 667)
    sheet.box("#d98f5c", 0, 250, 1000, 667)
    sheet.disc("#f7e0a3", 760, 270, 62)
    sheet.area("#7d5a5a", (0, 330), (130, 285), (270, 322), (420, 270), (560, 318), (760, 300), (1000, 335), (1000, 420), (0, 420))  # fmt: skip
    sheet.waves("#3d6478", 400, 4, 150)
    for number in range(6):
        left = 60 + number * 168
        sheet.box("#3a3f47", left, 190, left + 44, 520)
        sheet.box("#565c66", left, 190, left + 14, 520)
        sheet.area("#2b2f36", (left - 8, 190), (left + 52, 190), (left + 40, 160), (left + 4, 160))
        if number < 5:
            sheet.box(RED, left + 44, 330, left + 168, 470)
            sheet.box("#8f3223", left + 44, 400, left + 168, 470)
            for rib in range(4):
                sheet.box("#d2604b", left + 60 + rib * 28, 330, left + 64 + rib * 28, 400)
    sheet.box("#2b2f36", 0, 208, 1000, 222)
    for post in range(0, 1000, 24):
        sheet.box("#2b2f36", post, 190, post + 3, 208)
    sheet.waves(SEA, 470, 6, 220)
    sheet.waves("#24506b", 520, 7, 300, 90)
    sheet.waves("#2f6480", 585, 8, 260, 30)


def skyline(sheet):
    """A harbour town at night, its windows lit and doubled in the water."""
    sheet.box(NIGHT, 0, 0, 1000, 667)
    sheet.box("#1b2f4b", 0, 180, 1000, 667)
    sheet.disc("#f2e3b8", 190, 120, 38)
    sheet.disc(NIGHT, 206, 110, 34)
    sheet.area("#22395a", (0, 330), (180, 250), (330, 300), (520, 230), (730, 290), (1000, 240), (1000, 420), (0, 420))  # fmt: skip
    heights = [110, 150, 90, 190, 130, 165, 80, 210, 120, 95, 175, 140, 100, 185, 125, 155]
    left = 20
    for number, height in enumerate(heights):
        width = 44 + (number * 29) % 26
        top = 430 - height
        sheet.box("#0c1626" if number % 2 else "#101d31", left, top, left + width, 432)
        if number % 3 == 0:
            sheet.area("#0c1626", (left, top), (left + width / 2, top - 30), (left + width, top))
        for row in range(int(height // 26)):
            for column in range(int(width // 16)):
                if (number * 7 + row * 5 + column * 3) % 4:
                    continue
                x, y = left + 7 + column * 16, top + 10 + row * 26
                sheet.box(AMBER, x, y, x + 6, y + 11)
        left += width + 6
    sheet.box("#0c1626", 560, 150, 584, 432)
    sheet.area("#0c1626", (552, 150), (592, 150), (572, 84))
    sheet.disc(AMBER, 572, 172, 8)
    sheet.box("#09111d", 0, 430, 1000, 446)
    sheet.waves("#122640", 446, 2, 90)
    for number in range(46):
        x, y = (number * 137) % 1000, 462 + (number * 61) % 190
        sheet.line("#b98a38" if number % 3 else "#27476b", 3, (x, y), (x + 16 + number % 5 * 9, y))
    sheet.area("#0a1422", (640, 520), (860, 520), (826, 566), (668, 566))
    sheet.box("#dfe3e6", 684, 484, 806, 520)
    sheet.box(RED, 756, 452, 782, 484)
    for port in range(6):
        sheet.disc(AMBER, 700 + port * 18, 502, 4.5)


def coast(sheet):
    """A map of a coast with an island, a broken road to it and a ferry line."""
    sheet.box("#cfdfe2", 0, 0, 1000, 667)
    for number in range(1, 8):
        sheet.line("#bfd3d8", 1.4, (0, number * 92), (1000, number * 92))
        sheet.line("#bfd3d8", 1.4, (number * 138, 0), (number * 138, 667))
    main = [(0, 0), (420, 0), (455, 70), (430, 140), (480, 190), (470, 262), (540, 300), (520, 372), (560, 430), (520, 520), (570, 600), (560, 667), (0, 667)]  # fmt: skip
    island = [(700, 235), (770, 200), (850, 222), (900, 290), (880, 370), (800, 410), (720, 380), (678, 310)]
    for points in (main, island):
        sheet.line("#a8c3ca", 26, *points, points[0])
        sheet.area(PAPER, *points)
    sheet.area("#dfe4cc", (0, 420), (180, 380), (300, 470), (250, 600), (90, 667), (0, 667))
    sheet.area("#dfe4cc", (780, 250), (840, 262), (850, 330), (790, 350))
    sheet.line("#9dbfc9", 22, (0, 250), (120, 262), (220, 225), (330, 262), (474, 240))
    sheet.line("#9dbfc9", 8, (150, 0), (190, 90), (180, 160), (232, 226))
    for points in ([(470, 292), (535, 296)], [(590, 297), (612, 298)], [(664, 300), (790, 304)]):
        sheet.line(INK, 7, *points)
    for x in (562, 638):
        sheet.line(RED, 9, (x - 13, 284), (x + 13, 311))
        sheet.line(RED, 9, (x - 13, 311), (x + 13, 284))
    for step in range(15):
        x = 530 + step * 13
        sheet.line("#2d6a86", 4, (x, 420 - 34 * math.sin(step / 14 * math.pi) + step * -3), (x + 6, 420 - 34 * math.sin((step + 0.5) / 14 * math.pi) - step * 3))  # fmt: skip
    sheet.line(INK, 5, (0, 130), (160, 190), (330, 205), (470, 292))
    sheet.line(INK, 5, (470, 292), (400, 420), (430, 560), (420, 667))
    sheet.disc(INK, 470, 292, 17)
    sheet.disc(PAPER, 470, 292, 9)
    for x, y in ((330, 205), (400, 420), (790, 304), (160, 190)):
        sheet.disc(INK, x, y, 10)
    sheet.area(INK, (915, 60), (930, 112), (915, 100), (900, 112))
    sheet.line(INK, 3, (840, 620), (960, 620))
    for x in (840, 900, 960):
        sheet.line(INK, 3, (x, 612), (x, 628))


def chart(sheet):
    """Columns of a chart falling and rising, the last one marked, with a line above them."""
    sheet.box(PAPER, 0, 0, 1000, 667)
    for number in range(6):
        y = 110 + number * 88
        sheet.line("#dcd3c0", 2, (80, y), (930, y))
    values = [0.86, 0.8, 0.83, 0.7, 0.62, 0.55, 0.57, 0.44, 0.36, 0.38, 0.38, 0.38]
    for number, value in enumerate(values):
        left = 96 + number * 70
        last = number == len(values) - 1
        sheet.box(RED if last else "#9db2b8", left, 550 - value * 400, left + 46, 550)
    course = [(119 + number * 70, 505 - value * 400 - 34 * math.sin(number * 0.9)) for number, value in enumerate(values)]  # fmt: skip
    sheet.line(INK, 6, *course)
    for x, y in course:
        sheet.disc(PAPER, x, y, 10)
        sheet.disc(INK, x, y, 6.5)
    sheet.line(INK, 4, (80, 551), (930, 551))
    for number in range(12):
        sheet.box("#b9b09c", 103 + number * 70, 574, 135 + number * 70, 583)


def portrait(sheet):
    """A woman with short grey hair and round glasses before a window with a harbour crane."""
    sheet.box("#c9b79a", 0, 0, 1000, 667)
    sheet.box("#efe6d3", 560, 60, 940, 470)
    sheet.box(SKY, 576, 76, 924, 454)
    sheet.area("#6f8f9c", (576, 380), (924, 360), (924, 454), (576, 454))
    for points in ([(700, 390), (700, 170)], [(660, 190), (860, 150)], [(700, 170), (760, 120), (860, 150)], [(820, 158), (820, 250)], [(660, 190), (760, 120)]):  # fmt: skip
        sheet.line("#51606a", 7, *points)
    sheet.box("#efe6d3", 744, 76, 756, 454)
    sheet.box("#efe6d3", 576, 258, 924, 268)
    sheet.area("#2f4858", (120, 667), (150, 545), (260, 480), (370, 455), (480, 480), (590, 545), (625, 667))
    sheet.area("#e8ddc8", (310, 470), (370, 560), (430, 470), (410, 440), (330, 440))
    sheet.box("#c08a68", 314, 380, 426, 470)
    sheet.area("#a87352", (314, 424), (426, 392), (426, 440), (370, 470))
    sheet.disc("#9aa0a3", 370, 250, 150, 158)
    sheet.disc("#d09a76", 370, 290, 116, 142)
    sheet.area("#9aa0a3", (248, 262), (262, 170), (350, 120), (460, 140), (492, 262), (470, 214), (400, 196), (300, 206))  # fmt: skip
    sheet.disc("#d09a76", 252, 300, 18, 28)
    sheet.disc("#d09a76", 488, 300, 18, 28)
    for x in (318, 422):
        sheet.disc(INK, x, 288, 38)
        sheet.disc("#e9cdb4", x, 288, 31)
        sheet.disc(INK, x, 290, 8)
        sheet.line("#6d6f70", 8, (x - 30, 232), (x + 30, 228))
    sheet.line(INK, 6, (352, 284), (388, 284))
    sheet.area("#b97f5d", (364, 300), (392, 352), (356, 356))
    sheet.line("#7d3b34", 8, (330, 390), (370, 400), (412, 388))


def ferry(sheet):
    """A ferry crossing by night, its wake bright behind it."""
    sheet.box("#0f1c2e", 0, 0, 1000, 667)
    sheet.box("#16304a", 0, 300, 1000, 667)
    chance = random.Random(7)
    for number in range(70):
        sheet.disc("#cfd8dc", chance.uniform(0, 1000), chance.uniform(0, 255), 1 + number % 3 * 0.5)
    sheet.area("#0a1524", (0, 300), (120, 268), (300, 288), (430, 262), (600, 290), (820, 272), (1000, 296), (1000, 330), (0, 330))  # fmt: skip
    for x in (60, 150, 330, 610, 660, 850):
        sheet.disc(AMBER, x, 297, 3)
    sheet.area("#31536f", (0, 470), (330, 492), (330, 520), (0, 590))
    sheet.area("#6d93aa", (0, 500), (320, 500), (320, 512), (0, 540))
    sheet.area("#e7e3d8", (300, 470), (880, 470), (820, 548), (350, 548))
    sheet.area(RED, (326, 512), (850, 512), (820, 548), (350, 548))
    sheet.box("#f3efe5", 380, 392, 780, 470)
    sheet.box("#d9d4c6", 430, 334, 720, 392)
    sheet.box(RED, 520, 268, 572, 334)
    sheet.box("#22262c", 520, 268, 572, 284)
    sheet.line("#f3efe5", 5, (680, 334), (680, 246))
    for number in range(12):
        sheet.box(AMBER, 396 + number * 31, 416, 414 + number * 31, 440)
    for number in range(7):
        sheet.box("#f5d58a", 446 + number * 38, 350, 470 + number * 38, 374)
    sheet.waves("#13293f", 544, 5, 170)
    sheet.waves("#1b3854", 590, 6, 230, 60)
    for number in range(20):
        x = 330 + number * 27
        sheet.line("#b98a38", 3, (x, 566 + number * 37 % 80), (x + 18, 566 + number * 37 % 80))


def train(sheet):
    """A red train on a viaduct in a green valley, no wires above it."""
    sheet.box("#dfe6dc", 0, 0, 1000, 667)
    sheet.disc("#f4e6bd", 820, 130, 60)
    sheet.area("#b9c9bb", (0, 300), (170, 190), (330, 270), (520, 150), (720, 280), (880, 210), (1000, 270), (1000, 667), (0, 667))  # fmt: skip
    sheet.area("#8fa98f", (0, 420), (240, 330), (470, 410), (700, 340), (1000, 430), (1000, 667), (0, 667))
    sheet.area(GREEN, (0, 560), (300, 500), (620, 570), (1000, 510), (1000, 667), (0, 667))
    sheet.area("#9dbfc9", (420, 667), (470, 590), (455, 545), (520, 520), (540, 552), (530, 600), (600, 667))
    sheet.box("#b3a386", 0, 380, 1000, 412)
    for left in range(20, 1000, 140):
        sheet.box("#b3a386", left, 412, left + 30, 640)
        sheet.box("#9c8d72", left + 22, 412, left + 30, 640)
    for left in range(50, 1000, 140):
        sheet.area("#b3a386", (left, 412), (left + 110, 412), (left + 110, 450), (left + 90, 424), (left + 20, 424), (left, 450))  # fmt: skip
    for left in (130, 374, 618):
        sheet.box(RED, left, 296, left + 236, 366)
        sheet.box("#8f3223", left, 348, left + 236, 366)
        sheet.box("#e8ded0", left + 10, 284, left + 226, 296)
        for window in range(6):
            sheet.box("#22303c", left + 18 + window * 36, 312, left + 44 + window * 36, 336)
        for wheel in (40, 76, 164, 200):
            sheet.disc(INK, left + wheel, 370, 11)
    sheet.area(RED, (854, 296), (880, 296), (912, 340), (912, 366), (854, 366))
    sheet.area("#22303c", (866, 306), (880, 306), (900, 336), (866, 336))
    sheet.box("#8f3223", 854, 352, 912, 366)


def stage(sheet):
    """A stage under water: red curtains, a bell above a row of waves, heads of an audience."""
    sheet.box("#1a1418", 0, 0, 1000, 667)
    sheet.area("#37505e", (230, 60), (770, 60), (840, 520), (160, 520))
    sheet.area("#57747f", (420, 60), (580, 60), (700, 520), (300, 520))
    sheet.line("#2a2024", 10, (300, 150), (700, 150))
    for x in (330, 670):
        sheet.line("#2a2024", 14, (x, 120), (x, 500))
    sheet.area("#c8973a", (462, 190), (538, 190), (560, 300), (590, 330), (410, 330), (440, 300))
    sheet.disc("#c8973a", 500, 192, 38, 30)
    sheet.box("#a87a26", 410, 322, 590, 336)
    sheet.disc("#6e4f18", 500, 346, 17)
    sheet.line("#6e4f18", 7, (500, 150), (500, 170))
    sheet.waves("#2f5566", 420, 8, 170)
    sheet.waves("#244757", 458, 9, 210, 60)
    sheet.waves("#1b3a48", 496, 8, 190, 20)
    for fold in range(5):
        shade = "#8d2a26" if fold % 2 else "#a5342e"
        left, right = fold * 40, fold * 40 + 44
        sheet.area(shade, (left, 0), (right, 0), (right - fold * 12, 540), (left - fold * 12, 540))
        sheet.area(shade, (1000 - left, 0), (1000 - right, 0), (1000 - right + fold * 12, 540), (1000 - left + fold * 12, 540))  # fmt: skip
    sheet.box("#7a231f", 0, 0, 1000, 52)
    for x in range(0, 1001, 62):
        sheet.disc("#7a231f", x + 31, 52, 33, 24)
    sheet.box("#120d10", 0, 536, 1000, 667)
    for row, top in enumerate((572, 622)):
        for number in range(-1, 14):
            x = number * 78 + row * 39
            sheet.disc("#241b20" if row == 0 else "#0a0709", x + 20, top, 23, 27)
            sheet.disc("#241b20" if row == 0 else "#0a0709", x + 20, top + 62, 38, 40)


def auction(sheet):
    """Crates of fish on a quay at dawn, two buyers in oilskins, gulls above a trawler."""
    sheet.box("#f0c9a0", 0, 0, 1000, 667)
    sheet.box("#e3a57f", 0, 190, 1000, 667)
    sheet.disc("#fbe6b4", 250, 235, 58)
    sheet.waves("#5f8796", 300, 3, 130)
    sheet.area("#22384a", (470, 250), (900, 250), (850, 350), (520, 350))
    sheet.area(RED, (478, 275), (888, 275), (850, 350), (520, 350))
    sheet.box("#f3efe5", 690, 170, 800, 250)
    sheet.box("#22384a", 704, 188, 786, 212)
    for points in ([(600, 250), (600, 90)], [(600, 90), (690, 170)], [(600, 100), (500, 250)], [(600, 130), (540, 110)]):  # fmt: skip
        sheet.line("#2b2f36", 5, *points)
    sheet.box("#8c8172", 0, 372, 1000, 667)
    sheet.box("#a39885", 0, 372, 1000, 392)
    for x, y in ((120, 110), (330, 70), (420, 150), (860, 90)):
        sheet.line(PAPER, 4, (x - 26, y - 8), (x, y), (x + 26, y - 8))
    for row, top in enumerate((420, 500, 590)):
        for number in range(7):
            left = -30 + number * 165 + row * 42
            sheet.box("#2d6a86", left, top, left + 140, top + 56)
            sheet.box("#245870", left, top + 40, left + 140, top + 56)
            for fish in range(5):
                sheet.disc("#d7dde0" if fish % 2 else "#b4c2c8", left + 18 + fish * 26, top + 8, 15, 8)
    for x, coat in ((300, AMBER), (392, GREEN)):
        sheet.area(coat, (x - 38, 545), (x - 26, 400), (x + 26, 400), (x + 38, 545))
        sheet.disc("#c08a68", x, 366, 24, 28)
        sheet.area(coat, (x - 30, 366), (x, 326), (x + 30, 366))
        sheet.box(INK, x - 26, 545, x - 6, 590)
        sheet.box(INK, x + 6, 545, x + 26, 590)


def dykes(sheet):
    """A map of a coast in three tints, the dykes that are to be raised marked in red."""
    sheet.box("#cfdfe2", 0, 0, 1000, 667)
    bands = [("#e9e2cf", 0), ("#dde0c6", 120), ("#cdd6b4", 250)]
    coast = [(620, 0), (570, 90), (640, 170), (600, 260), (690, 330), (650, 430), (720, 520), (680, 600), (730, 667)]  # fmt: skip
    sheet.line("#a8c3ca", 30, *coast)
    for colour, back in bands:
        sheet.area(colour, *((x - back, y) for x, y in coast), (0, 667), (0, 0))
    sheet.line("#9dbfc9", 16, (0, 300), (130, 330), (280, 290), (430, 340), (600, 262))
    sheet.line("#9dbfc9", 9, (0, 560), (200, 520), (390, 560), (690, 560))
    for start in (0, 3, 6):
        sheet.line(RED, 12, *((x - 14, y) for x, y in coast[start : start + 3]))
    for x, y, radius in ((548, 300, 19), (300, 160, 11), (240, 430, 11), (520, 500, 11), (120, 90, 8)):
        sheet.disc(INK, x, y, radius)
        sheet.disc(PAPER, x, y, radius * 0.55)
    for left, top, right, bottom in ((800, 120, 870, 165), (850, 330, 905, 372), (790, 540, 880, 590)):
        sheet.area("#e9e2cf", (left, top), (right, top - 18), (right + 24, bottom), (left + 10, bottom + 16))
    sheet.line(INK, 3, (820, 40), (940, 40))
    for x in (820, 880, 940):
        sheet.line(INK, 3, (x, 32), (x, 48))


def quarter(sheet):
    """A street of narrow houses in rain, sandbags before the doors, one window lit."""
    sheet.box("#7b8a94", 0, 0, 1000, 667)
    walls = ["#b5654a", "#d9b779", "#8c9d8a", "#c9a38a", "#6f8391", "#d8c9a8", "#a35642"]
    for number, wall in enumerate(walls):
        left, top = number * 146 - 8, 120 + (number * 53) % 70
        sheet.box(wall, left, top, left + 142, 520)
        sheet.area("#3b3f45", (left - 6, top), (left + 71, top - 84), (left + 148, top))
        for row in range(3):
            for column in range(2):
                x, y = left + 24 + column * 58, top + 36 + row * 92
                lit = (number, row, column) == (3, 1, 1)
                sheet.box("#f7d98a" if lit else "#2c3540", x, y, x + 36, y + 56)
                sheet.box(PAPER, x + 16, y, x + 20, y + 56)
        sheet.box("#2c3540", left + 50, 430, left + 92, 520)
        for bag in range(4):
            sheet.disc("#c2ad84", left + 40 + bag * 22, 516, 15, 10)
            sheet.disc("#ad9871", left + 50 + bag * 18, 500, 13, 9)
    sheet.box("#56626b", 0, 520, 1000, 667)
    sheet.waves("#6c7a84", 570, 3, 80)
    chance = random.Random(3)
    for _ in range(130):
        x, y = chance.uniform(0, 1000), chance.uniform(0, 640)
        sheet.line("#a9b5bc", 1.6, (x, y), (x - 8, y + 26))


def heat(sheet):
    """A small house on a dyke in snow, warm light in its windows and a white box beside the door."""
    sheet.box("#c9d6dd", 0, 0, 1000, 667)
    sheet.disc("#f4efe2", 790, 150, 54)
    sheet.area("#e9eef0", (0, 430), (260, 400), (620, 425), (1000, 395), (1000, 667), (0, 667))
    sheet.box("#a5432f", 330, 270, 690, 480)
    sheet.area("#3b3f45", (300, 272), (510, 130), (720, 272))
    sheet.area("#f3f5f5", (300, 264), (510, 122), (720, 264), (700, 270), (510, 146), (320, 270))
    sheet.box("#3b3f45", 610, 130, 650, 210)
    for x in (375, 585):
        sheet.box("#f7d98a", x, 320, x + 70, 400)
        sheet.box(PAPER, x + 32, 320, x + 38, 400)
        sheet.box(PAPER, x, 356, x + 70, 362)
    sheet.box("#2d4a5c", 480, 350, 546, 480)
    sheet.box("#f3efe5", 716, 400, 820, 480)
    sheet.disc("#8a8f94", 768, 440, 32)
    sheet.disc("#dfe3e6", 768, 440, 26)
    for turn in range(3):
        angle = turn * 2.09
        sheet.line("#8a8f94", 6, (768, 440), (768 + 22 * math.cos(angle), 440 + 22 * math.sin(angle)))
    sheet.area("#dbe3e6", (0, 500), (420, 478), (1000, 510), (1000, 667), (0, 667))
    chance = random.Random(11)
    for _ in range(120):
        sheet.disc("#ffffff", chance.uniform(0, 1000), chance.uniform(0, 660), chance.uniform(2, 5))


@dataclass(frozen=True)
class Face:
    """What tells one portrait from another; colours, and a hair that is "short", "long", "bun", "bald" or "scarf"."""

    ground: str
    skin: str
    hair: str
    cut: str
    coat: str
    glasses: bool = False
    beard: bool = False

    def __call__(self, sheet):
        """Draw a head and shoulders, from the front; a square sheet."""
        sheet.box(self.ground, 0, 0, 1000, 1000)
        if self.cut in ("long", "scarf"):
            sheet.disc(self.hair, 500, 470, 300, 340)
            sheet.area(self.hair, (215, 470), (785, 470), (800, 860), (200, 860))
        if self.cut == "bun":
            sheet.disc(self.hair, 500, 128, 104)
        sheet.area(
            self.coat, (80, 1000), (120, 860), (300, 770), (500, 740), (700, 770), (880, 860), (920, 1000)
        )
        sheet.box(self.skin, 420, 640, 580, 790)
        sheet.area(self.skin, (420, 780), (580, 780), (500, 880))
        sheet.disc(_darker(self.skin), 500, 690, 120, 60)
        sheet.disc(self.skin, 500, 480, 215, 262)
        for x in (285, 715):
            sheet.disc(self.skin, x, 500, 34, 52)
        self._hair(sheet)
        if self.beard:
            sheet.area(self.hair, (290, 540), (330, 560), (400, 600), (600, 600), (670, 560), (710, 540), (690, 660), (600, 752), (500, 776), (400, 752), (310, 660))  # fmt: skip
        self._features(sheet)
        if self.cut == "scarf":
            sheet.area(self.hair, (240, 640), (320, 690), (500, 800), (680, 690), (760, 640), (800, 900), (500, 960), (200, 900))  # fmt: skip

    def _hair(self, sheet):
        if self.cut == "bald":
            return
        low = 330 if self.cut == "short" else 380
        sheet.area(self.hair, (272, low + 90), (276, 300), (340, 206), (450, 168), (560, 168), (664, 208), (724, 300), (728, low + 90), (700, 372), (640, 318), (520, 330), (420, 300), (330, 350), (300, 372))  # fmt: skip

    def _features(self, sheet):
        for x in (408, 592):
            sheet.line(
                INK if self.cut in ("bald", "scarf") else _darker(self.hair), 15, (x - 44, 420), (x + 44, 416)
            )
            if self.glasses:
                sheet.disc(INK, x, 486, 76)
                sheet.disc("#e8e4da", x, 486, 63)
            sheet.disc(INK, x, 488, 17)
        if self.glasses:
            sheet.line(INK, 12, (480, 476), (520, 476))
        sheet.area(_darker(self.skin), (488, 500), (536, 588), (476, 592))
        sheet.line("#7d3b34", 15, (436, 652), (500, 666), (566, 648))


def _darker(colour):
    """Return a colour, "#rrggbb", a sixth darker."""
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 5 // 6:02x}" for at in (1, 3, 5))


SCENES = (barrier, skyline, coast, chart, portrait, ferry, train, stage, auction, dykes, quarter, heat)
FACES = {
    "ana-korvin": Face("#c9d5cf", "#e0b08c", "#5b3a29", "long", "#27415f"),
    "joren-haske": Face("#d8c9a8", "#e3bb98", "#8a8f94", "short", "#3a3f47", glasses=True, beard=True),
    "mirela-sandau": Face("#e0cdb6", "#d09a76", "#22262c", "bun", "#8d2a26"),
    "tobias-wrenfield": Face("#b9c9d0", "#e6c3a3", "#b5753c", "bald", "#22384a", beard=True),
    "solomiia-kalynets": Face("#e7d9a6", "#ecc8a6", "#c89a4a", "long", "#2d6a86"),
    "edda-quillon": Face("#c7c3d3", "#d9aa88", "#e4e1da", "short", "#5b3a55", glasses=True),
    "samira-haddane": Face("#cbd8c0", "#b98560", "#2f5d62", "scarf", "#3b4a42"),
    "harro-pellwitz": Face("#d9b8a4", "#8f5f42", "#1f1a18", "short", "#d8c9a8", beard=True),
}
DRAWINGS = {drawing.__name__: drawing for drawing in SCENES} | FACES


def size(name):
    """Return (width, height) of the drawing ``name`` in pixels: scenes are 3:2, faces square."""
    return (FACE, FACE) if name in FACES else (WIDTH, round(WIDTH * RATIO))


@cache
def png(name):
    """Return the drawing ``name`` as the bytes of a PNG."""
    width, height = size(name)
    large = Image.new("RGB", (width * FINER, height * FINER))
    DRAWINGS[name](Sheet(ImageDraw.Draw(large), width * FINER / 1000))
    out = io.BytesIO()
    large.resize((width, height), Image.Resampling.BOX).save(out, "PNG", compress_level=3)
    return out.getvalue()
