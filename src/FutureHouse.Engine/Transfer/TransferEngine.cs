using System.IO.Abstractions;
using FutureHouse.Packaging.Placing;
using FutureHouse.Platform;
using FutureHouse.Transfer.Download;
using FutureHouse.Transfer.Upload;

namespace FutureHouse.Transfer;

/// <summary>
/// Sends and fetches files (Protocol §2, §4, §6). Any number of calls may run at once: they share one bound on requests in flight, which gives way when
/// the service asks to slow down.
/// </summary>
public sealed class TransferEngine
{
    private readonly TransferContext _context;
    private readonly FileUpload _upload;
    private readonly FileDownload _download;

    /// <summary>Makes an engine over a client.</summary>
    /// <param name="client">The service; stays the caller's to dispose of.</param>
    /// <param name="options">How transfers are run.</param>
    public TransferEngine(PlatformClient client, TransferOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _context = new TransferContext(client, options ?? new TransferOptions());
        _upload = new FileUpload(_context);
        _download = new FileDownload(_context);
    }

    /// <summary>Permits more requests in flight than <see cref="TransferOptions.MaxConcurrency"/>, from now on.</summary>
    /// <param name="requests">How many; fewer than were permitted changes nothing.</param>
    public void Permit(int requests) => _context.Gate.Permit(requests);

    /// <summary>Says what sending a file would do. No request is sent.</summary>
    /// <param name="request">The file.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>What the file becomes, and its size.</returns>
    /// <exception cref="Errors.PathNotFoundException">There is nothing at the path, or a link that leads nowhere.</exception>
    /// <exception cref="Errors.PathUnreadableException">It is a directory, a device, a pipe or a socket, or may not be read.</exception>
    public async Task<UploadPlan> PlanAsync(UploadRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await PlanAsync(request, _context.FileSystem, ct).ConfigureAwait(false);
    }

    /// <summary>Says what sending a file would do, without a service.</summary>
    /// <param name="request">The file.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>What the file becomes, and its size.</returns>
    /// <exception cref="Errors.PathNotFoundException">There is nothing at the path, or a link that leads nowhere.</exception>
    /// <exception cref="Errors.PathUnreadableException">It is a directory, a device, a pipe or a socket, or may not be read.</exception>
    public static Task<UploadPlan> PlanOfflineAsync(UploadRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PlanAsync(request, new FileSystem(), ct);
    }

    /// <summary>
    /// Sends one file: as text, or to the bucket by multipart upload or, where the service has none, by resumable session. When it is cancelled, the same call goes on
    /// later where the service had got to, also in another process.
    /// </summary>
    /// <param name="request">The file and what to say of it.</param>
    /// <param name="progress">Told of every step, from several threads.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The entry, active.</returns>
    /// <exception cref="Errors.PathNotFoundException">There is nothing at the path, or a link that leads nowhere.</exception>
    /// <exception cref="Errors.PathUnreadableException">It is a directory, a device, a pipe or a socket, or may not be read.</exception>
    /// <exception cref="Errors.FileChangedException">The file changed meanwhile; an entry that was made is marked as failed.</exception>
    /// <exception cref="Errors.ChecksumMismatchException">The storage holds other bytes than were sent; the entry is marked as failed.</exception>
    /// <exception cref="Errors.UploadFailedException">The bytes could not be sent; the entry is marked as failed.</exception>
    /// <exception cref="Errors.FutureHouseException">The entry could not be made.</exception>
    public Task<DataEntry> UploadAsync(UploadRequest request, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        _context.Begin();
        return _upload.RunAsync(request, progress, ct);
    }

    /// <summary>Reads what a dataset holds, for uploads that leave alone what is there unchanged (Protocol §3).</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="Errors.NotFoundException">There is no such dataset, or it is not the caller's to see.</exception>
    public Task<StoredFiles> ReadStoredAsync(Guid dataset, CancellationToken ct) => StoredFiles.ReadAsync(_context.Client.ReadDatasetEntriesAsync(dataset, ct));

    /// <summary>
    /// Makes a file a revision of an entry (Protocol §7): as text where a file like it goes as text; else its bytes are sent as an entry of their own, which the revision takes them from and
    /// which is removed again.
    /// </summary>
    /// <param name="request">The entry and the file.</param>
    /// <param name="progress">Told of every step, from several threads.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The entry as the revision has it.</returns>
    /// <exception cref="Errors.ConflictException">The base is no longer the latest revision; the message says which is, and nothing was sent.</exception>
    /// <exception cref="Errors.PathNotFoundException">There is nothing at the path, or a link that leads nowhere.</exception>
    /// <exception cref="Errors.FutureHouseException">The bytes could not be sent, or the revision could not be made; what had been sent is removed.</exception>
    public Task<DataEntry> ReviseAsync(RevisionUploadRequest request, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        _context.Begin();
        return new FileRevision(_context, _upload).RunAsync(request, progress, ct);
    }

    /// <summary>Fetches what an entry holds: its text, or its file into a folder.</summary>
    /// <param name="request">The entry, and where to.</param>
    /// <param name="progress">Told of every step, from several threads.</param>
    /// <param name="ct">Stops it; nothing half done stays.</param>
    /// <returns>What was fetched, one item a location.</returns>
    /// <exception cref="Errors.DestinationExistsException">The name is taken and <see cref="FetchRequest.Force"/> is not given; what is there is untouched.</exception>
    /// <exception cref="Errors.ChecksumMismatchException">What came is not what was stored; it is thrown away.</exception>
    /// <exception cref="Errors.DownloadFailedException">The bytes could not be fetched or written; nothing stays of them.</exception>
    /// <exception cref="Errors.UnsupportedStorageException">The data is in a store that this release cannot fetch from.</exception>
    public Task<IReadOnlyList<FetchedItem>> FetchAsync(FetchRequest request, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        _context.Begin();
        request = request.Naming is null ? request with { Naming = new Naming() } : request;
        Sweep(request.DestinationDirectory, request.Names);
        return _download.RunAsync(request, progress, ct);
    }

    /// <summary>Where the archive of a collection is stored (Protocol §2).</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="folder">Folder to store it below, or <see langword="null"/>.</param>
    /// <returns>The <c>file_path</c>.</returns>
    public static string CollectionPath(string name, string? folder) => CollectionUpload.StoredPath(name, folder);

    /// <summary>Packs a directory into one archive and sends that as one entry, a collection. When it is cancelled, the same call on an unchanged directory goes on later.</summary>
    /// <param name="request">The directory, and what is in it.</param>
    /// <param name="progress">Told of every step, from several threads.</param>
    /// <param name="ct">Stops it; the temporary archive is removed.</param>
    /// <returns>The entry, active.</returns>
    /// <exception cref="Errors.UploadFailedException">The archive could not be written or sent; an entry that was made is marked as failed.</exception>
    /// <exception cref="Errors.FutureHouseException">The entry could not be made, or a file could not be packed and nobody is told.</exception>
    public Task<DataEntry> UploadCollectionAsync(CollectionUploadRequest request, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        _context.Begin();
        return new CollectionUpload(_upload).RunAsync(request, progress, ct);
    }

    /// <summary>
    /// Sends a directory as a hierarchy: an entry for itself, and one for each directory and file in it, several at once, each as soon as its parent's is made. A directory that the
    /// manifest does not describe is made when the walk has left it, as its generated description names its files.
    /// </summary>
    /// <param name="request">The directory, and what is in it.</param>
    /// <param name="observer">Told of every entry and every failure.</param>
    /// <param name="ct">Stops it; what is made stays, and files that were begun go on in a later call.</param>
    /// <returns>The root entry, and how much became of the rest.</returns>
    /// <exception cref="Errors.FutureHouseException">The root entry could not be made, or the directory not be read; nothing was sent. Every other failure is the observer's.</exception>
    public Task<TreeUploadResult> UploadTreeAsync(TreeUploadRequest request, ITreeUploadObserver observer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(observer);
        _context.Begin();
        return new HierarchyUpload(_context, _upload, request, observer).RunAsync(ct);
    }

    /// <summary>Whether an entry is a directory of a hierarchy: it holds neither text nor bytes of its own (Protocol §2).</summary>
    /// <param name="entry">The entry, as read by itself.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsDirectory(DataEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.FilePath is null && entry.GetText() is null && entry.StorageType is StorageType.RawContent or null && entry.Locations.All(l => l.StorageType == StorageType.RawContent);
    }

    /// <summary>Fetches a hierarchy into a new directory, several files at once. It is built in a temporary folder beside, which takes its name at the end.</summary>
    /// <param name="request">The root entry, and where to.</param>
    /// <param name="observer">Told of every file and every failure.</param>
    /// <param name="ct">Stops it; nothing half done stays.</param>
    /// <returns>The directory, and how much of it is there.</returns>
    /// <exception cref="Errors.DestinationExistsException">The name is taken and <see cref="TreeFetchRequest.Force"/> is not given; what is there is untouched.</exception>
    /// <exception cref="Errors.DownloadFailedException">The entries cannot be listed, or the folder cannot be written to.</exception>
    public Task<TreeFetchResult> FetchTreeAsync(TreeFetchRequest request, ITreeFetchObserver observer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(observer);
        _context.Begin();
        request = request.Naming is null ? request with { Naming = new Naming() } : request;
        Sweep(request.DestinationDirectory, request.Names);
        return new HierarchyDownload(_context, _download, request, observer).RunAsync(ct);
    }

    /// <summary>Removes what a killed process left half done in a folder, at the first fetch into it.</summary>
    private void Sweep(string? folder, Naming naming)
    {
        if (folder is not null && naming.IsNew(folder))
        {
            Parts.Sweep(_context.FileSystem, folder, _context.Clock.GetUtcNow());
        }
    }

    private static async Task<UploadPlan> PlanAsync(UploadRequest request, IFileSystem fileSystem, CancellationToken ct)
    {
        using var source = SourceFile.Open(fileSystem, request.Path, ct);
        var text = TextFile.IsCandidate(source.Path, source.Size) ? await TextFile.ReadAsync(source, ct).ConfigureAwait(false) : null;
        return FileUpload.Describe(source, text);
    }
}
