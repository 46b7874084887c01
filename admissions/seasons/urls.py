from django.urls import path

from .batches import views as batches
from .calendar import views as calendar
from .deadlines import views as deadlines
from .institutions import views as institutions
from .lifecycle import views as lifecycle

app_name = "seasons"
urlpatterns = [
    path("", lifecycle.SeasonListPage.as_view(), name="list"),
    path("new/", lifecycle.SeasonCreatePage.as_view(), name="create"),
    path("<int:pk>/", lifecycle.SeasonPage.as_view(), name="one"),
    path("<int:pk>/correct/", lifecycle.SeasonCorrectPage.as_view(), name="correct"),
    path("<int:pk>/difference/", lifecycle.DifferencePage.as_view(), name="difference"),
    path("<int:pk>/open/", lifecycle.SeasonOpenPage.as_view(), name="open"),
    path("<int:pk>/close/", lifecycle.SeasonClosePage.as_view(), name="close"),
    path("schedule/", batches.SchedulePage.as_view(), name="schedule-current"),
    path("<int:pk>/schedule/", batches.SchedulePage.as_view(), name="schedule"),
    path("<int:pk>/schedule/new/", batches.BatchAddPage.as_view(), name="batch-add"),
    path("batches/<int:pk>/", batches.BatchPage.as_view(), name="batch"),
    path("batches/<int:pk>/change/", batches.BatchChangePage.as_view(), name="batch-change"),
    path("batches/<int:pk>/remove/", batches.BatchRemovePage.as_view(), name="batch-remove"),
    path("batches/<int:pk>/stages/new/", batches.StageAddPage.as_view(), name="stage-add"),
    path("stages/<int:pk>/change/", batches.StageChangePage.as_view(), name="stage-change"),
    path("stages/<int:pk>/remove/", batches.StageRemovePage.as_view(), name="stage-remove"),
    path("institutions/", institutions.InstitutionListPage.as_view(), name="institutions"),
    path("institutions/<int:pk>/", institutions.InstitutionPage.as_view(), name="institution"),
    path("calendar/", calendar.CalendarPage.as_view(), name="calendar"),
    path("calendar/<int:year>/", calendar.CalendarPage.as_view(), name="calendar-year"),
    path("calendar/<int:year>/template/", calendar.CalendarTemplatePage.as_view(), name="calendar-template"),
    path("deadline/", deadlines.DeadlinePage.as_view(), name="deadline"),
]
