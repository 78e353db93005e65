using System.Collections;
using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Completion;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Source;

/// <summary>
/// Registers data that lies elsewhere (Protocol §5). Each way to name a source is a parameter set; the set of rows has them all, so that a list of mixed kinds can be piped in,
/// whose empty cells mean "not given".
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "FhDataSource", SupportsShouldProcess = true, DefaultParameterSetName = RowSet)]
[OutputType(typeof(DataEntry))]
public sealed partial class RegisterFhDataSourceCommand : CreatingCmdlet
{
    private const string RowSet = "List";
    private const string UriSet = "Uri";
    private const string PrefixSet = "Prefix";
    private const string ObjectSet = "Object";
    private const string TableSet = "Table";
    private const string BigQuerySet = "BigQuery";
    private const string IndexSet = "Index";
    private const string GeneralSet = "General";

    /// <summary>Name of the entry.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Name { get; set; }

    /// <summary>Files of Google Cloud Storage: <c>gs://bucket/prefix/</c> for all below, <c>gs://bucket/name</c> for one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Uri { get; set; }

    /// <summary>Bucket of Google Cloud Storage.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PrefixSet)]
    [Parameter(Mandatory = true, ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Bucket { get; set; }

    /// <summary>Beginning of the names of the files; without it all of the bucket.</summary>
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Prefix { get; set; }

    /// <summary>Name of the one file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "The storage service calls it so, and the surface is fixed.")]
    [TextOf]
    public string? Object { get; set; }

    /// <summary>Table of the service's PostgreSQL database.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TableSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? TableName { get; set; }

    /// <summary>Id of the row.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TableSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? RowId { get; set; }

    /// <summary>BigQuery: the project.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BigQuerySet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? BigQueryProject { get; set; }

    /// <summary>BigQuery: the dataset.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BigQuerySet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? BigQueryDataset { get; set; }

    /// <summary>BigQuery: the table.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BigQuerySet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? BigQueryTable { get; set; }

    /// <summary>Elasticsearch: the index.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IndexSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? IndexName { get; set; }

    /// <summary>Kind of store, in the protocol's word or ours.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GeneralSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [ArgumentCompleter(typeof(EnumCompleter<StorageType>))]
    [TextOf]
    public string? StorageType { get; set; }

    /// <summary>Kind of data, in the protocol's word or ours.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GeneralSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [ArgumentCompleter(typeof(EnumCompleter<ContentType>))]
    [TextOf]
    public string? ContentType { get; set; }

    /// <summary>What names the data in its store.</summary>
    [Parameter(ParameterSetName = GeneralSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [MetadataOf]
    [AllowNull]
    public Hashtable? SourceMetadata { get; set; }

    /// <summary>Name of an object, or an address.</summary>
    [Parameter(ParameterSetName = GeneralSet)]
    [Parameter(ParameterSetName = RowSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Location { get; set; }

    /// <summary>Several files are one entry.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchOf]
    public SwitchParameter AsCollection { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord() => ForItem(Name, () =>
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new InvalidRequestException(CmdletStrings.EmptyName);
        }

        var (existing, isCollection, what) = Read();
        var description = Text(SourceStrings.Register, Name, what);
        if (!ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption))
        {
            return;
        }

        var client = Use().GetClient();
        var request = new CreateEntryRequest
        {
            Name = Name,
            Description = Description,
            Embedding = Embedding,
            Existing = existing,
            IsCollection = isCollection,
            ParentId = ParentId,
            ProjectId = ProjectId,
            DatasetId = DatasetId,
            Tags = Tags,
            Metadata = PlainMetadata(),
        };
        try
        {
            WriteObject(Run(token => client.RegisterSourceAsync(request, token)));
        }
        catch (InvalidRequestException e) when (PlatformClient.IsGcsUnsupported(e))
        {
            var refused = new InvalidRequestException(Text(SourceStrings.GcsRefused, Name, e.ServiceDetail), e) { Target = Name, StatusCode = e.StatusCode, ServiceDetail = e.ServiceDetail, RequestId = e.RequestId };
            var record = ErrorTable.Record(refused, Name);
            record.ErrorDetails.RecommendedAction = SourceStrings.AdviceGcs;
            WriteError(record);
        }
    });
}
