using System.Diagnostics;
using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Finds entries (Protocol §6), page after page as they are taken.</summary>
[Cmdlet(VerbsCommon.Find, "FhDataEntry")]
[OutputType(typeof(DataEntrySearchHit))]
public sealed class FindFhDataEntryCommand : ConnectedCmdlet
{
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(1);

    /// <summary>Name, with <c>*</c> at its ends for what may stand there.</summary>
    [Parameter(Position = 0)]
    [TextOf]
    public string? Name { get; set; }

    /// <summary>Part of the description.</summary>
    [Parameter]
    [TextOf]
    public string? Description { get; set; }

    /// <summary>Words in the name, description, tags or text.</summary>
    [Parameter]
    [TextOf]
    public new string? Text { get; set; }

    /// <summary>Tags, one of which is enough.</summary>
    [Parameter]
    [TextOf]
    public string[]? Tag { get; set; }

    /// <summary>Dataset to be in: its UUID, or a Dataset.</summary>
    [Parameter]
    [UuidOf(Referent.Dataset)]
    public Guid? DatasetId { get; set; }

    /// <summary>Project to belong to.</summary>
    [Parameter]
    [UuidOf(Referent.Project)]
    public Guid? ProjectId { get; set; }

    /// <summary>State.</summary>
    [Parameter]
    [Given]
    public EntryStatus? Status { get; set; }

    /// <summary>Conditions with Field, Operator and Value: hashtables or objects.</summary>
    [Parameter]
    [Given]
    public object[]? Criterion { get; set; }

    /// <summary>One of the conditions is enough.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter MatchAny { get; set; }

    /// <summary>Shows where something was found.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Highlight { get; set; }

    /// <summary>Entries at most.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    [Given]
    public long? First { get; set; }

    /// <summary>Entries to leave out, best first.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    [Given]
    public long Skip { get; set; }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        try
        {
            var request = new SearchRequest
            {
                Criteria = Criteria(),
                MatchAny = MatchAny,
                Text = Text,
                Highlights = Highlight ? new SearchHighlights() : null,
                First = First,
                Skip = Skip,
            };
            Write(Use().GetClient().SearchAsync(request, StopToken));
        }
        catch (Exception e) when (e is FutureHouseException or ObjectDisposedException)
        {
            // There is no item that it befell: the whole is wrong.
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
    }

    /// <summary>Whoever takes no more, as Select-Object -First, ends it in WriteObject: the next page is never asked for.</summary>
    private void Write(IAsyncEnumerable<IReadOnlyList<DataEntrySearchHit>> pages)
    {
        var watch = Stopwatch.StartNew();
        var progress = new ProgressRecord(0, SearchStrings.Searching, FhCmdlet.Text(SearchStrings.SearchingStatus, 0));
        var found = 0;

        // Not disposed of: it holds nothing, and while Ctrl+C ends a page that is under way it could not be.
        var enumerator = pages.GetAsyncEnumerator(StopToken);
        while (Run(_ => enumerator.MoveNextAsync().AsTask()))
        {
            WriteObject(enumerator.Current, enumerateCollection: true);
            found += enumerator.Current.Count;
            if (watch.Elapsed > ProgressDelay)
            {
                progress.StatusDescription = FhCmdlet.Text(SearchStrings.SearchingStatus, found);
                WriteProgress(progress);
            }
        }

        if (watch.Elapsed > ProgressDelay)
        {
            progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(progress);
        }
    }

    private List<SearchCriterion> Criteria()
    {
        var criteria = new List<SearchCriterion>();
        if (Name is not null && NamePattern.Read("name", Name) is { } name)
        {
            criteria.Add(name);
        }

        void Add(string field, SearchOperator comparison, SearchValue? value)
        {
            if (value is { } given)
            {
                criteria.Add(new SearchCriterion(field, comparison, given));
            }
        }

        Add("description", SearchOperator.Contains, Description is null ? null : SearchValue.Of(Description));
        Add("tags", SearchOperator.In, Tag is null ? null : SearchValue.Of(Tag));
        Add("dataset_id", SearchOperator.EqualTo, DatasetId is { } dataset ? SearchValue.Of(dataset.ToString("D")) : null);
        Add("project_id", SearchOperator.EqualTo, ProjectId is { } project ? SearchValue.Of(project.ToString("D")) : null);
        Add("status", SearchOperator.EqualTo, Status is { } status ? SearchValue.Of(status.ToString().ToLowerInvariant()) : null);
        criteria.AddRange((Criterion ?? []).Select((item, index) => CriterionReader.Read(item, index + 1)));
        return criteria;
    }
}
